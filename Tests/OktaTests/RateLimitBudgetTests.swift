import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Okta

@Suite struct `The rate-limit budget` {
    private let time = MovedClock()

    private func budget(share: Double = 0.5) -> RateLimitBudget {
        RateLimitBudget(share: share, longestWait: .seconds(120), clock: time.clock)
    }

    private func answer(
        status: Int = 200,
        limit: Int = 500,
        remaining: Int,
        resetIn seconds: Int = 60,
        clockAhead: Int = 0
    ) -> Answer {
        let now = Int(time.clock.now().timeIntervalSince1970) + clockAhead
        let date = Date(timeIntervalSince1970: Double(now))
        let headers: HTTPHeaders = [
            "Date": date.formatted(.okta),
            "X-Rate-Limit-Limit": String(limit),
            "X-Rate-Limit-Remaining": String(remaining),
            "X-Rate-Limit-Reset": String(now + seconds),
        ]
        return Answer(status: status, headers: headers, body: ByteBuffer())
    }

    @Test func `lets requests through while enough remains`() async throws {
        let budget = budget()

        await budget.note(answer(remaining: 400), from: .groups)
        for _ in 0..<250 { _ = try await budget.admit(to: .groups) }

        #expect(time.slept.isEmpty)
    }

    @Test func `waits for the next window before nothing remains`() async throws {
        let budget = budget()

        await budget.note(answer(remaining: 26), from: .groups)
        _ = try await budget.admit(to: .groups)
        #expect(time.slept.isEmpty)
        _ = try await budget.admit(to: .groups)

        #expect(time.slept == [61])
    }

    @Test func `counts each bucket for itself`() async throws {
        let budget = budget()

        await budget.note(answer(remaining: 0), from: .groups)
        _ = try await budget.admit(to: .users)
        _ = try await budget.admit(to: .user)

        #expect(time.slept.isEmpty)
    }

    @Test func `waits after a refusal until the reset by Okta's clock, and one second`() async throws {
        let budget = budget()

        await budget.note(answer(status: 429, remaining: 7, resetIn: 20, clockAhead: 3600), from: .groups)
        _ = try await budget.admit(to: .groups)

        #expect(time.slept == [21])
    }

    @Test func `believes a refusal whatever it knew before`() async throws {
        let budget = budget()

        await budget.note(answer(remaining: 400, resetIn: 60), from: .groups)
        await budget.note(answer(status: 429, remaining: 0, resetIn: 20), from: .groups)
        _ = try await budget.admit(to: .groups)

        #expect(time.slept == [21])
    }

    @Test func `believes the lowest number of a window, since answers overtake one another`() async throws {
        let budget = budget()

        await budget.note(answer(remaining: 25), from: .groups)
        await budget.note(answer(remaining: 90), from: .groups)
        _ = try await budget.admit(to: .groups)

        #expect(time.slept == [61])
    }

    @Test func `forgets a window that has ended`() async throws {
        let budget = budget()

        await budget.note(answer(remaining: 0), from: .groups)
        time.advance(62)
        _ = try await budget.admit(to: .groups)

        #expect(time.slept.isEmpty)
    }

    @Test func `takes a limit of zero for no window at all`() async throws {
        let budget = budget()

        let isKnown = await budget.note(answer(status: 429, limit: 0, remaining: 0), from: .groups)
        _ = try await budget.admit(to: .groups)

        #expect(!isKnown)
        #expect(time.slept.isEmpty)
    }

    @Test func `does not wait for an hour`() async throws {
        let budget = budget()

        await budget.note(answer(remaining: 0, resetIn: 3600), from: .groups)

        let end = MovedClock.start.addingTimeInterval(3601)
        await #expect(throws: OktaError.rateLimited(until: end)) { _ = try await budget.admit(to: .groups) }
    }

    @Test func `reads header lines that come twice, or hold a list`() async throws {
        let budget = budget()
        var doubled = answer(remaining: 400).headers
        doubled.add(name: "X-Rate-Limit-Remaining", value: "20, 400")

        await budget.note(Answer(status: 200, headers: doubled, body: ByteBuffer()), from: .groups)
        _ = try await budget.admit(to: .groups)

        #expect(time.slept == [61])
    }

    @Test func `takes its share of a window and leaves the rest to others`() async throws {
        let budget = budget(share: 0.2)

        await budget.note(answer(remaining: 500), from: .groups)
        for _ in 0..<100 { _ = try await budget.admit(to: .groups) }
        #expect(time.slept.isEmpty)
        _ = try await budget.admit(to: .groups)

        #expect(time.slept == [61])
    }

    @Test func `counts what went out before the first answer`() async throws {
        let budget = budget(share: 0.2)

        for _ in 0..<60 { _ = try await budget.admit(to: .groups) }
        await budget.note(answer(remaining: 499), from: .groups)
        for _ in 0..<40 { _ = try await budget.admit(to: .groups) }
        #expect(time.slept.isEmpty)
        _ = try await budget.admit(to: .groups)

        #expect(time.slept == [61])
    }

    @Test func `never holds up two hundred groups under five hundred requests a minute`() async throws {
        let budget = budget(share: 0.6)

        for request in 1...252 {
            _ = try await budget.admit(to: .groups)
            await budget.note(answer(remaining: 500 - request), from: .groups)
        }

        #expect(time.slept.isEmpty)
    }
}

extension FormatStyle where Self == Date.VerbatimFormatStyle {
    /// The date form of HTTP headers.
    fileprivate static var okta: Self {
        Date.VerbatimFormatStyle(
            format: """
                \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
                \(second: .twoDigits) GMT
                """,
            locale: Locale(identifier: "en_US_POSIX"),
            timeZone: .gmt,
            calendar: Calendar(identifier: .gregorian)
        )
    }
}
