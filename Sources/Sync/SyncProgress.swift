import Okta
import Storage

/// Shows how far a run is, at most twice a second: progress is for the eye.
actor SyncProgress {
    private static let pause = Duration.milliseconds(500)

    private let store: Store
    private let run: SyncRun.ID
    private let client: OktaClient
    private var noted: (stage: String, at: ContinuousClock.Instant)?

    init(store: Store, run: SyncRun.ID, client: OktaClient) {
        self.store = store
        self.run = run
        self.client = client
    }

    /// A write that fails is no reason to stop.
    func note(_ stage: String, _ done: Int, _ total: Int?) async {
        let now = ContinuousClock.now
        if let noted, noted.stage == stage, now - noted.at < Self.pause { return }
        noted = (stage, now)
        try? await store.progress(
            run,
            Progress(stage: stage, done: done, total: total),
            requests: client.requestCount
        )
    }
}
