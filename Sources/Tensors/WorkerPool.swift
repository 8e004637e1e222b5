/// How work is shared out among threads.

import CThreads
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Threads that share out numbered chunks of work.
///
/// Chunks are claimed from a counter, so a thread that loses its core delays one chunk, not the
/// whole. Results must not depend on who took which: a chunk writes its own part, and sums over
/// chunks are added in chunk order. Waiting spins briefly (a layer takes about a millisecond),
/// then parks.
public final class WorkerPool: @unchecked Sendable {
  public let threads: Int

  /// generation · 2⁴⁰ + chunks · 2²⁰ + next chunk: one word, so that a late thread can never claim
  /// a chunk of one job under the number of another.
  private let state = Atomic<UInt64>(0)
  private let done = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let callerSleeps = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private var job: (Int, Int) -> Void = { _, _ in }
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var workers: [pthread_t] = []

  /// Iterations of waiting before a thread gives up its core: some tens of microseconds.
  private static let patience = 4000
  private static let limit = (1 << 20) - 1

  public init(threads: Int) {
    precondition(threads >= 1, "a pool needs a thread")
    self.threads = threads
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(finished, nil)
    for worker in 1..<max(threads, 1) { start(worker) }
  }

  /// Workers hold the pool's parts, not the pool, alive only while it is: `deinit` ends them.
  deinit {
    stopping.store(true, ordering: .sequentiallyConsistent)
    state.add(1 << 40, ordering: .sequentiallyConsistent)
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    for worker in workers { pthread_join(worker, nil) }
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(wake)
    pthread_cond_destroy(finished)
    mutex.deallocate()
    wake.deallocate()
    finished.deallocate()
  }

  /// Calls `body(chunk, worker)` once for each chunk in 0..<chunks and returns when all are done.
  /// `worker` in 0..<threads names private scratch memory. To be called from one thread at a time,
  /// never from within a body.
  public func run(_ chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
    precondition(chunks >= 0 && chunks < Self.limit - threads, "too many chunks")
    guard threads > 1, chunks > 1 else {
      for chunk in 0..<chunks { body(chunk, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      job = body
      done.store(0, ordering: .relaxed)
      let generation = (state.load(ordering: .relaxed) >> 40) &+ 1
      state.store(generation << 40 | UInt64(chunks) << 20, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
      }
      work(as: 0)
      awaitCompletion(of: chunks)
      job = { _, _ in }
    }
  }

  private func work(as worker: Int) {
    while true {
      let ticket = state.add(1, ordering: .acquiring).oldValue
      let chunk = Int(ticket & UInt64(Self.limit))
      let chunks = Int(ticket >> 20 & UInt64(Self.limit))
      guard chunk < chunks else { return }
      job(chunk, worker)
      let completed = done.add(1, ordering: .sequentiallyConsistent).newValue
      if completed == chunks, callerSleeps.load(ordering: .sequentiallyConsistent) {
        pthread_mutex_lock(mutex)
        pthread_cond_signal(finished)
        pthread_mutex_unlock(mutex)
      }
    }
  }

  private func awaitCompletion(of chunks: Int) {
    for _ in 0..<Self.patience {
      if done.load(ordering: .acquiring) == chunks { return }
      thread_pause()
    }
    pthread_mutex_lock(mutex)
    callerSleeps.store(true, ordering: .sequentiallyConsistent)
    while done.load(ordering: .sequentiallyConsistent) != chunks {
      pthread_cond_wait(finished, mutex)
    }
    callerSleeps.store(false, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
  }

  private func awaitJob(after generation: UInt64) -> UInt64 {
    for _ in 0..<Self.patience {
      let now = state.load(ordering: .acquiring) >> 40
      if now != generation { return now }
      thread_pause()
    }
    pthread_mutex_lock(mutex)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while state.load(ordering: .sequentiallyConsistent) >> 40 == generation {
      pthread_cond_wait(wake, mutex)
    }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
    return state.load(ordering: .acquiring) >> 40
  }

  private final class Start {
    unowned(unsafe) let pool: WorkerPool
    let worker: Int
    init(_ pool: WorkerPool, _ worker: Int) {
      self.pool = pool
      self.worker = worker
    }
  }

  private func start(_ worker: Int) {
    let argument = Unmanaged.passRetained(Start(self, worker)).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(&thread, nil, { WorkerPool.main($0) }, argument)
    #else
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, { $0.flatMap(WorkerPool.main) }, argument)
    #endif
    // Without a second thread the first does everything: slower, and the same result.
    guard status == 0 else { return Unmanaged<Start>.fromOpaque(argument).release() }
    #if canImport(Darwin)
      if let thread { workers.append(thread) }
    #else
      workers.append(thread)
    #endif
  }

  private static func main(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    let (pool, worker) = (start.pool, start.worker)
    var generation: UInt64 = 0
    while true {
      generation = pool.awaitJob(after: generation)
      if pool.stopping.load(ordering: .sequentiallyConsistent) { return nil }
      pool.work(as: worker)
    }
  }
}
