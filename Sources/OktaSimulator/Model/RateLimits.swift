extension Org {
    /// How many requests a minute the org answers, as Okta last published it for its kinds of org.
    public enum RateLimits: String, CaseIterable, Sendable {
        /// Any number. Okta has no such org.
        case none
        /// *Integrator Free Plan*, the org that anyone may have.
        case integrator
        /// *One App* and *Enterprise*.
        case enterprise
        case workforce

        /// The requests of one minute that share the bucket; nil where nothing limits them.
        func perMinute(_ bucket: RateBucket) -> Int? {
            guard let (integrator, enterprise, workforce) = Self.table[bucket] else { return nil }
            return switch self {
            case .none: nil
            case .integrator: integrator
            case .enterprise: enterprise
            case .workforce: workforce
            }
        }

        /// How many requests may be on their way at the same time; nil for any number.
        var atOnce: Int? {
            switch self {
            case .none: nil
            case .integrator: 35
            case .enterprise, .workforce: 75
            }
        }

        private static let table: [RateBucket: (integrator: Int, enterprise: Int, workforce: Int)] = [
            .users: (100, 600, 600),
            .user: (100, 1_000, 2_000),
            .changeUser: (100, 600, 600),
            .groups: (100, 600, 500),
            .group: (100, 600, 1_000),
            .apps: (20, 100, 100),
            .app: (100, 600, 500),
            .logs: (20, 50, 120),
            .other: (100, 600, 1_200),
            .oauth: (300, 1_200, 2_000),
        ]
    }
}
