import Directory

/// How often a user's networks are told to devices that we do not know, whoever asks: the user's are ten times a minute, those of
/// all users together two hundred times.
///
/// Only what would be told counts: an address of which nothing is told takes from nobody's allowance, and fills no memory. An
/// allowance is kept for each user until it is full again; it is this server's, and forgotten when it restarts.
actor DisclosureLimit {
    static let eachUser = Allowance(uses: 10, seconds: 60)
    static let allUsers = Allowance(uses: 200, seconds: 60)

    private var users: [User.ID: Allowance.Left] = [:]
    private var all: Allowance.Left?
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.now = now
    }

    /// Whether it may be told once more, and takes it off. Always false for nobody, after the same steps.
    func admits(_ user: User.ID?) -> Bool {
        let time = now()
        let id = user ?? User.ID("")
        let ofUser = Self.eachUser.left(users[id], at: time)
        let ofAll = Self.allUsers.left(all, at: time)
        guard user != nil, ofUser.uses >= 1, ofAll.uses >= 1 else { return false }
        if users.count > Int(Self.allUsers.uses) * 2 {
            users = users.filter { Self.eachUser.left($0.value, at: time).uses < Self.eachUser.uses }
        }
        users[id] = Allowance.Left(uses: ofUser.uses - 1, at: time)
        all = Allowance.Left(uses: ofAll.uses - 1, at: time)
        return true
    }
}

/// So many uses at once, and as many again over so many seconds.
struct Allowance: Sendable {
    let uses: Double
    let seconds: Double

    /// What was left at a time.
    struct Left: Sendable {
        var uses: Double
        let at: ContinuousClock.Instant
    }

    /// What is left now; all of it where nothing was used.
    func left(_ left: Left?, at time: ContinuousClock.Instant) -> Left {
        guard let left else { return Left(uses: uses, at: time) }
        let passed = (time - left.at) / .seconds(1)
        return Left(uses: min(uses, left.uses + passed * uses / seconds), at: time)
    }
}
