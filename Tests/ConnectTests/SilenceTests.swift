import Testing

@testable import Connect

@Suite struct `A silent gateway` {
    private static func sample(handshake: Int64 = 100, received: Int64 = 0, sent: Int64 = 0) -> HoldAnswer.State {
        HoldAnswer.State(lastHandshake: handshake, receivedBytes: received, sentBytes: sent)
    }

    /// Whose gateway answered at second 1.
    private static func heard(gateways: Int = 1) -> Silence {
        var silence = Silence(gateways: gateways, at: 0)
        _ = silence.step(sample(), at: 1)
        return silence
    }

    @Test(arguments: [
        (1, [(9.9, Silence.Step.nothing, Silence.Standing.asking), (10, .nothing, .resting)]),
        (
            2,
            [(4.9, .nothing, .asking), (5, .nextGateway, .asking), (14.9, .nothing, .asking), (15, .nothing, .resting)]
        ),
        (3, [(5, .nextGateway, .asking), (15, .nextGateway, .asking), (25, .nothing, .resting)]),
    ])
    func `is left for the next one, and after the last there is a rest`(
        gateways: Int,
        steps: [(Double, Silence.Step, Silence.Standing)]
    ) {
        var silence = Silence(gateways: gateways, at: 0)

        for (now, step, standing) in steps {
            #expect(silence.step(nil, at: now) == step, "at \(now)")
            #expect(silence.standing == standing, "at \(now)")
        }
    }

    @Test(arguments: [(1, Silence.Step.again), (2, .nextGateway)])
    func `is asked again when the rest is over`(gateways: Int, step: Silence.Step) {
        var silence = Silence(gateways: gateways, at: 0)
        for now in [5.0, 15] { _ = silence.step(nil, at: now) }
        #expect(silence.standing == .resting)

        #expect(silence.step(nil, at: 17) == .nothing)
        #expect(silence.step(nil, at: 20.1) == step)
    }

    @Test func `rests for longer each time, up to a minute`() {
        var silence = Silence(gateways: 1, at: 0)
        var rests: [Double] = []
        var rested: Double?
        for now in stride(from: 0.0, to: 600, by: 0.5) {
            let step = silence.step(nil, at: now)
            if step == .nothing, silence.standing == .resting { rested = rested ?? now }
            guard step != .nothing, let start = rested else { continue }
            rests.append(now - start)
            rested = nil
        }

        #expect((2.5...5.5).contains(rests[0]))
        #expect((5...10.5).contains(rests[1]))
        #expect(rests.dropFirst(4).allSatisfy { (30...60.5).contains($0) })
    }

    @Test func `is none once it has answered`() {
        #expect(Self.heard().standing == .heard)
    }

    @Test(arguments: [
        // What nobody was sent needs no answer.
        (sample(sent: 0) as HoldAnswer.State?, 400.0, Silence.Step.nothing),
        // Keep-alives go one way.
        (sample(sent: 400), 100, .nothing),
        (sample(sent: 401), 100, .nothing),
        // No handshake for three minutes, although something was sent.
        (sample(sent: 1), 180, .nothing),
        (sample(sent: 1), 182, .again),
        // As when wireguard-go was ended.
        (nil, 2, .again),
    ])
    func `is noticed by what WireGuard counts`(sample: HoldAnswer.State?, now: Double, step: Silence.Step) {
        var silence = Self.heard()

        #expect(silence.step(sample, at: now) == step)
    }

    @Test func `is noticed fifteen seconds after the first byte without an answer`() {
        var silence = Self.heard()
        _ = silence.step(Self.sample(sent: 500), at: 20)

        #expect(silence.step(Self.sample(sent: 600), at: 34.9) == .nothing)
        #expect(silence.step(Self.sample(sent: 700), at: 35) == .again)
        #expect(silence.standing == .asking)
    }

    @Test func `is not one that answers in time`() {
        var silence = Self.heard()
        _ = silence.step(Self.sample(sent: 500), at: 20)
        _ = silence.step(Self.sample(received: 1, sent: 600), at: 34)

        #expect(silence.step(Self.sample(received: 1, sent: 900), at: 40) == .nothing)
    }

    @Test(arguments: [0.0, 12])
    func `is asked at once after a sleep or a change of network, whatever went before`(rested: Double) {
        var silence = rested == 0 ? Self.heard() : Silence(gateways: 1, at: 0)
        _ = silence.step(rested == 0 ? Self.sample() : nil, at: rested)

        #expect(silence.step(nil, at: rested + 1, isDisturbed: true) == .again)
    }
}

@Suite struct `A pause between two tries` {
    @Test func `doubles up to the longest, and begins anew after a success`() {
        var backoff = Backoff(5, upTo: 60)

        #expect((0..<6).map { _ in backoff.wait(chance: 1) } == [5, 10, 20, 40, 60, 60])
        backoff.reset()
        #expect(backoff.wait(chance: 1) == 5)
    }

    @Test func `is shorter by chance, by half at most`() {
        var backoff = Backoff(8, upTo: 60)

        #expect(backoff.wait(chance: 0) == 4)
        #expect(backoff.wait(chance: 0.5) == 12)
    }
}
