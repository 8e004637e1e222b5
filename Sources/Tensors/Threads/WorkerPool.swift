// How work is shared out among threads.

/// Threads that share out numbered chunks of work. They end with the pool.
///
/// Chunks are claimed from a counter, so a thread that loses its core delays one chunk, not the
/// whole. Results must not depend on who took which: a chunk writes its own part, and sums over
/// chunks are added in chunk order. Waiting spins briefly (a layer takes about a millisecond),
/// then parks.
package final class WorkerPool: Sendable {
  package let threads: Int
  private let crew: WorkerCrew

  package init(threads: Int) {
    precondition(threads >= 1, "a pool needs a thread")
    self.threads = threads
    crew = WorkerCrew()
    for worker in 1..<max(threads, 1) { crew.start(worker) }
  }

  deinit { crew.dismiss() }

  /// Calls `body(chunk, worker)` once for each chunk in 0..<chunks and returns when all are done.
  /// `worker` in 0..<threads names private scratch memory. To be called from one thread at a time,
  /// never from within a body.
  package func run(_ chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
    precondition(chunks >= 0 && chunks < WorkerCrew.limit - threads, "too many chunks")
    guard threads > 1, chunks > 1 else {
      for chunk in 0..<chunks { body(chunk, 0) }
      return
    }
    withoutActuallyEscaping(body) { crew.run(chunks, $0) }
  }
}
