import AsyncHTTPClient
import Foundation
import Logging
import ServiceLifecycle
import Storage
import Testing

@testable import Notify

@Suite struct `The service that sends notifications` {
    @Test func `sends at once when told to, on both channels, and notes it`() async throws {
        try await PostOffice.open { office in
            try await Receiver.open { receiver, http in
                try await Acme.open { acme in
                    try await withMailer(try MailServer(url: office.url, from: "timus@acme.example")) { mailer in
                        try await acme.setWebhook(receiver.origin, mail: true)
                        let messenger = acme.messenger(http, mailer: mailer)
                        try await acme.serving(messenger) { service in
                            try await acme.store.setIntegrationStatus(.stopped, problem: Acme.refused)
                            service.wake()

                            let letter = await office.arrivals.first { _ in true }
                            let post = await receiver.arrivals.first { _ in true }

                            #expect(letter?.header("Subject") == "Timus: synchronization with acme.okta.com stopped")
                            #expect(post?.body.contains("\"kind\":\"stopped\"") == true)
                        }
                    }
                    let states = try await acme.store.notifications().map(\.state)
                    #expect(states == [.sent(acme.clock.now), .sent(acme.clock.now)])
                }
            }
        }
    }

    @Test func `sends what was written while it was not there`() async throws {
        try await Receiver.open { receiver, http in
            try await Acme.open { acme in
                try await acme.setWebhook(receiver.origin)
                try await acme.store.setIntegrationStatus(.stopped, problem: Acme.refused)
                acme.clock.advance(1)
                try await acme.store.setIntegrationStatus(.active, problem: nil)

                try await acme.serving(acme.messenger(http)) { _ in
                    var kinds: [String] = []
                    for await post in receiver.arrivals {
                        kinds.append(post.body.firstMatch(of: /"kind":"(\w+)"/).map { String($0.1) } ?? "")
                        if kinds.count == 2 { break }
                    }
                    #expect(kinds == ["stopped", "recovered"])
                }
            }
        }
    }

    @Test func `tries again after a failure, later and later, and says why`() async throws {
        try await Receiver.open { receiver, http in
            try await Acme.open { acme in
                receiver.answers(503)
                try await acme.setWebhook(receiver.origin)
                try await acme.store.setIntegrationStatus(.stopped, problem: Acme.refused)

                try await acme.serving(acme.messenger(http)) { service in
                    var posts = receiver.arrivals.makeAsyncIterator()
                    _ = await posts.next()
                    for (number, seconds) in [10, 60, 300].enumerated() {
                        let failed = try await acme.untilFailed(number + 1)
                        #expect(failed.state == .waiting(until: acme.clock.now.addingTimeInterval(Double(seconds))))
                        #expect(failed.lastError?.contains("HTTP 503") == true)
                        acme.clock.advance(Double(seconds))
                        service.wake()
                        _ = await posts.next()
                    }
                    _ = try await acme.untilFailed(4)
                    receiver.answers(204)
                    acme.clock.advance(1800)
                    service.wake()
                    _ = await posts.next()
                }

                #expect(receiver.posts.count == 5)
                #expect(Set(receiver.posts.map(\.body)).count == 1)
            }
        }
    }

    @Test func `says of mail without a mail server that it is not sent, and does not try again`() async throws {
        try await withHTTP { http in
            try await Acme.open { acme in
                try await acme.store.setIntegrationStatus(.stopped, problem: Acme.refused)

                try await acme.serving(acme.messenger(http)) { _ in
                    let failed = try await acme.untilFailed(1)

                    #expect(failed.state == .givenUp)
                    #expect(failed.lastError?.contains("--smtp-url") == true)
                }
            }
        }
    }

    @Test func `gives up after a day`() {
        let start = Date(timeIntervalSince1970: 0)
        var now = start
        var waits: [TimeInterval] = []
        while let next = Backoff.next(after: waits.count + 1, since: start, now: now) {
            waits.append(next.timeIntervalSince(now))
            now = next
        }

        #expect(waits.prefix(6) == [10, 60, 300, 1800, 3600, 3600])
        #expect(now.timeIntervalSince(start) <= 86400)
        #expect(waits.count == 4 + 23)
    }
}

extension Acme {
    /// Runs the service while `body` runs. Its own clock is too slow to matter.
    fileprivate func serving(
        _ messenger: Messenger,
        _ body: @Sendable (NotificationService) async throws -> Void
    ) async throws {
        let service = NotificationService(
            store: store,
            messenger: messenger,
            every: .seconds(3600),
            logger: .quiet
        )
        let group = ServiceGroup(configuration: .init(services: [.init(service: service)], logger: .quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(service)) } catch { result = .failure(error) }
            // What arrived is noted a moment later.
            while try await !store.notifications().allSatisfy(\.isSettled) { await Task.yield() }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    /// The one notification, once it has failed that often.
    fileprivate func untilFailed(_ times: Int) async throws -> Storage.Notification {
        while true {
            if let failed = try await store.notifications().first, failed.attempts == times { return failed }
            await Task.yield()
        }
    }
}

extension Storage.Notification {
    fileprivate var isSettled: Bool {
        if case .waiting = state { false } else { true }
    }
}
