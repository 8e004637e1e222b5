# Estimates the seconds that planned trainings will take. The input is the output of planned.sh (era=plan), then logs of train
# (docs/files.md), each group after an assignment of era: `this` call of make, the `same` pipeline earlier, `others`.
# Variables are threads (the default of a tool) and slots (number of trainings at once). The cost of a run is the cost per image
# of runs with its architecture, on the same data if there are such, else at the same side, in the first era that has any.
# Nothing is printed if the cost of a run is unknown.

function value(key,   text) { # the value of a key in a line of a log
  if (!match($0, "\"" key "\":(\"[^\"]*\"|[^,}]*)")) return ""
  text = substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
  gsub(/"/, "", text)
  return text
}

function option(name,   i, found) { # the value of an option in a planned command; the last one counts
  for (i = 1; i < words; i++) if (word[i] == name) found = word[i + 1]
  return found
}

function base(path) {
  sub(/^.*\//, "", path)
  return path
}

# ---- Planned trainings ----

era == "plan" {
  words = split($0, word, /[ \t']+/)
  if ($1 == "options" && word[2] ~ /\/init$/) architecture = option("--architecture")
  if ($1 != "train") next
  run = word[2]
  planned[++runs] = run
  epochs[run] = option("--epochs") == "" ? 20 : option("--epochs") # train's own default
  subset[run] = option("--subset")
  side[run] = option("--side")
  workers[run] = option("--threads") ? option("--threads") : threads
  data[run] = base(option("--images"))
  sub(/\.h5$/, "", data[run])
  next
}

era == "words" { # the remembered options of the pipeline
  words = split($0, word, /[ \t']+/)
  if (architecture == "") architecture = option("--architecture")
  next
}

# ---- Logs ----

function finish_log(   work, folder, run) {
  if (log_file == "" || steps == 0) return
  run = log_file
  sub(/\.jsonl$/, ".h5", run)
  if (log_era == "this") done[run] = kind == "end" ? 1 : step / steps
  work = (step - first) / steps * log_epochs * images
  if (name == "" || work <= 0) return
  folder = log_file
  sub(/\/[^\/]*$/, "", folder)
  folder = base(folder)
  add(dataset, work)
  if (folder != dataset) add(folder, work)
  add("", work)
}

function add(set, work) {
  if (in_file > available[set]) available[set] = in_file
  seconds_of[log_era, name, set, log_side] += seconds * log_threads
  work_of[log_era, name, set, log_side] += work
  seconds_of[log_era, name, set, ""] += seconds * log_threads
  work_of[log_era, name, set, ""] += work
}

FNR == 1 { finish_log(); log_file = FILENAME; log_era = era; steps = step = first = 0; name = "" }
!/^\{.*\}$/ { next } # incomplete after a kill
{ kind = value("kind"); step = value("step") + 0; steps = value("steps") + 0; seconds = value("seconds") + 0 }
kind == "start" {
  first = step
  name = value("architecture"); dataset = value("dataset"); log_side = value("side")
  images = value("images") + 0; in_file = value("images_in_file") + 0
  log_threads = value("threads") + 0; log_epochs = value("epochs") + 0
}

# ---- Estimate ----

function cost(run,   i, key) { # seconds of one thread per image
  for (i = 1; i <= 3; i++) {
    key = eras[i] SUBSEP architecture SUBSEP data[run] SUBSEP side[run]
    if (work_of[key] > 0) return measured(i, key)
    key = eras[i] SUBSEP architecture SUBSEP SUBSEP side[run]
    if (side[run] != "" && work_of[key] > 0) return measured(i, key)
  }
  return 0
}

function measured(i, key) {
  if (i > farthest) farthest = i
  return seconds_of[key] / work_of[key]
}

END {
  finish_log()
  split("this same others", eras, " ")
  for (i = 1; i <= runs; i++) {
    run = planned[i]
    if (done[run] == 1) continue
    count = subset[run] != "" ? subset[run] : available[data[run]]
    each = cost(run) * count * epochs[run] * (1 - done[run]) / workers[run]
    if (each <= 0) exit
    total += each
    if (each > longest) longest = each
  }
  total /= slots
  if (longest > total) total = longest
  if (runs) printf "%d %s\n", total, eras[farthest]
}
