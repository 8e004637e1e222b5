# shellcheck shell=bash disable=SC2154
# A pipeline through Slurm gives the same bytes as one without: a cluster of this machine (munge, slurmctld
# and slurmd, configured in a scratch folder) is started and stopped. It needs root and Debian's slurm-wlm.

slurm_started=()
slurm_conf() {
  local host cores
  host=$(uname -n | cut -d. -f1)
  cores=$(nproc)
  mkdir -p "$slurm"/{state,spool,log}
  cat << CONF
ClusterName=test
SlurmctldHost=$host
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$slurm/munge/socket
SlurmUser=root
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/ctld.pid
SlurmdPidFile=$slurm/d.pid
SlurmctldLogFile=$slurm/log/ctld.log
SlurmdLogFile=$slurm/log/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
NodeName=$host CPUs=$cores State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES State=UP
CONF
}

# The cluster has its own key, socket and ports, so that an existing Slurm is not touched.
start_slurm() {
  slurm=$scratch/slurm
  port=$((20000 + RANDOM % 10000))
  mkdir -p "$slurm/munge"
  chmod 755 "$scratch"
  head -c 128 /dev/urandom > "$slurm/munge/key"
  chmod 600 "$slurm/munge/key"
  munged --foreground --force --socket="$slurm/munge/socket" --key-file="$slurm/munge/key" \
    --pid-file="$slurm/munge/pid" --seed-file="$slurm/munge/seed" \
    --log-file="$slurm/munge/log" > /dev/null 2>&1 &
  slurm_started+=($!)
  slurm_conf > "$slurm/slurm.conf"
  export SLURM_CONF=$slurm/slurm.conf
  sleep 1
  slurmctld -D > /dev/null 2>&1 &
  slurm_started+=($!)
  sleep 2
  slurmd -D > /dev/null 2>&1 &
  slurm_started+=($!)
  for _ in $(seq 20); do
    [ "$(sinfo -h -o %T 2> /dev/null)" != idle ] || break
    sleep 0.5
  done
  # The script would wait for a job that this machine never starts.
  timeout 30 srun -n1 -c1 true && return
  tail -n 5 "$slurm"/log/*.log "$slurm/munge/log"
  return 1
}
stop_slurm() {
  local process
  for process in $(printf '%s\n' "${slurm_started[@]}" | tac); do
    kill "$process" 2> /dev/null
    timeout 10 tail --pid="$process" -f /dev/null || kill -KILL "$process"
  done
  wait "${slurm_started[@]}" 2> /dev/null
  unset SLURM_CONF
}

through_slurm() {
  local words=(results PIPELINE=smoke)
  make "${words[@]}" BUILD="$scratch/alone" RESULTS="$scratch/alone-results" || return 1
  make -j2 "${words[@]}" BUILD="$scratch/jobs" RESULTS="$scratch/jobs-results" \
    RUN='srun -n1 -c1' || return 1
  same alone jobs
}
# Make itself runs as a job; its stages are steps of that job.
as_a_batch() {
  sbatch -W -n2 -o "$scratch/batch.log" --wrap "make -j2 results PIPELINE=smoke \
    BUILD=$scratch/batch RESULTS=$scratch/batch-results RUN='srun -n1 -c1 --exact'" || {
    tail -5 "$scratch/batch.log"
    return 1
  }
  same alone batch
}
same() { # same FOLDER FOLDER: byte for byte
  diff <(digests_in "$scratch/$1") <(digests_in "$scratch/$2")
}
digests_in() { (cd "$1" && find . -name '*.h5' | sort | xargs sha256sum); }
handed_over() { # Every training, decoding and AGOP was a job: 1 + 3 runs, 1 data set, 1 AGOP.
  [ "$(grep -c 'sched: .*JobId' "$slurm/log/ctld.log")" -ge 6 ]
}

if [ "$(id -u)" != 0 ] || ! type slurmctld slurmd srun munged > /dev/null 2>&1; then
  echo 'skipped: slurm (needs root, and apt-get install slurm-wlm munge)'
elif ! start_slurm > "$scratch/output" 2>&1; then
  echo 'skipped: slurm (its daemons do not run here)'
  sed 's/^/  /' "$scratch/output"
  stop_slurm
else
  check "make -j2 RUN='srun -n1 -c1' gives the bytes of make" through_slurm
  check "heavy stages were jobs" handed_over
  check "sbatch of make gives the same bytes" as_a_batch
  stop_slurm
fi
