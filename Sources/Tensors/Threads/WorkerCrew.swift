// The threads behind a pool.

import CProcessor
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the threads of a pool hold in common. They hold it, not the pool, so that the pool can end
/// while they wait, and end them.
final class WorkerCrew: @unchecked Sendable {
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
  static let limit = (1 << 20) - 1

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(finished, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(wake)
    pthread_cond_destroy(finished)
    mutex.deallocate()
    wake.deallocate()
    finished.deallocate()
  }

  /// Ends the threads, and waits until they have ended.
  func dismiss() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    state.add(1 << 40, ordering: .sequentiallyConsistent)
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    for worker in workers { pthread_join(worker, nil) }
  }

  /// The calling thread is worker 0.
  func run(_ chunks: Int, _ body: @escaping (_ chunk: Int, _ worker: Int) -> Void) {
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
    let crew: WorkerCrew
    let worker: Int
    init(_ crew: WorkerCrew, _ worker: Int) {
      self.crew = crew
      self.worker = worker
    }
  }

  /// Without a further thread the others do everything: slower, and the same result.
  func start(_ worker: Int) {
    let argument = Unmanaged.passRetained(Start(self, worker)).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(&thread, nil, { WorkerCrew.main($0) }, argument)
    #else
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, { $0.flatMap(WorkerCrew.main) }, argument)
    #endif
    guard status == 0 else { return Unmanaged<Start>.fromOpaque(argument).release() }
    #if canImport(Darwin)
      if let thread { workers.append(thread) }
    #else
      workers.append(thread)
    #endif
  }

  private static func main(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    let (crew, worker) = (start.crew, start.worker)
    var generation: UInt64 = 0
    while true {
      generation = crew.awaitJob(after: generation)
      if crew.stopping.load(ordering: .sequentiallyConsistent) { return nil }
      crew.work(as: worker)
    }
  }
}
