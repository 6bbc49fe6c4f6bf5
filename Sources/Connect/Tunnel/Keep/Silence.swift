/// Decides from what WireGuard counts whether the gateway is still there, and what to try where it is not.
struct Silence: Sendable {
    enum Step: Equatable, Sendable {
        case nothing
        /// Hand WireGuard the same gateway again: it then agrees on keys anew.
        case again
        case nextGateway
    }

    enum Standing: Equatable, Sendable {
        /// A gateway was asked, and its answer is waited for.
        case asking
        case heard
        /// All were asked, and none answered.
        case resting
    }

    /// Seconds after which a gateway that was asked is silent. WireGuard asks anew each five.
    private static let patience = 10.0
    /// Of several gateways, the first one after the start: somebody waits at a terminal.
    private static let firstPatience = 5.0
    /// Seconds between two handshakes: WireGuard makes one every two minutes while anything is sent.
    private static let longestSilence = 180.0
    /// Bytes that may be sent without one coming back: more than the keep-alives of two minutes and a handshake.
    private static let unansweredBytes: Int64 = 400
    /// Seconds. Whoever gets data and has none to send says so after ten.
    private static let answerTime = 15.0

    private(set) var standing = Standing.asking
    private let gateways: Int
    private var tried = 0
    private var patience: Double
    /// When the gateway was asked; when the pause ends.
    private var since: Double
    private var handshake: Int64 = 0
    private var handshakeAt: Double
    private var received: Int64 = 0
    private var sentWhenHeard: Int64 = 0
    private var unansweredSince: Double?
    private var pauses = Backoff(5, upTo: 60)

    /// - Parameters:
    ///   - gateways: How many there are.
    ///   - now: Seconds on a clock that goes on while the machine sleeps.
    init(gateways: Int, at now: Double) {
        self.gateways = gateways
        patience = gateways > 1 ? Self.firstPatience : Self.patience
        since = now
        handshakeAt = now
    }

    /// - Parameters:
    ///   - sample: What WireGuard counted since the last step that was not ``Step/nothing``; nil where it has nothing to say.
    ///   - isDisturbed: The machine slept, or goes another way into the internet now.
    mutating func step(_ sample: HoldAnswer.State?, at now: Double, isDisturbed: Bool = false) -> Step {
        if let sample { note(sample, at: now) }
        switch standing {
        case .heard:
            guard isDisturbed || isSilent(sample, at: now) else { return .nothing }
            tried = 0
            return ask(.again, at: now)
        case .asking:
            if isDisturbed {
                tried = 0
                return ask(.again, at: now)
            }
            guard now - since >= patience else { return .nothing }
            tried += 1
            if tried < gateways { return ask(.nextGateway, at: now) }
            standing = .resting
            since = now + pauses.wait()
            return .nothing
        case .resting:
            guard isDisturbed || now >= since else { return .nothing }
            tried = 0
            return ask(gateways > 1 && !isDisturbed ? .nextGateway : .again, at: now)
        }
    }

    private mutating func ask(_ step: Step, at now: Double) -> Step {
        standing = .asking
        since = now
        patience = Self.patience
        // WireGuard counts from nothing then.
        (handshake, received, sentWhenHeard, unansweredSince) = (0, 0, 0, nil)
        return step
    }

    private mutating func note(_ sample: HoldAnswer.State, at now: Double) {
        if sample.lastHandshake != handshake, sample.lastHandshake != 0 {
            handshake = sample.lastHandshake
            handshakeAt = now
            standing = .heard
            tried = 0
            pauses.reset()
        }
        if sample.receivedBytes != received {
            received = sample.receivedBytes
            sentWhenHeard = sample.sentBytes
            unansweredSince = nil
        } else if unansweredSince == nil, sample.sentBytes - sentWhenHeard > Self.unansweredBytes {
            unansweredSince = now
        }
    }

    private func isSilent(_ sample: HoldAnswer.State?, at now: Double) -> Bool {
        guard let sample else { return true }
        if let unansweredSince, now - unansweredSince >= Self.answerTime { return true }
        return now - handshakeAt > Self.longestSilence && sample.sentBytes > sentWhenHeard
    }
}
