import Access
import ConnectAPI
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@testable import Tunnels

@Suite(.timeLimit(.minutes(1))) struct `A device that holds a connection` {
    private static let by = Actor.commandLine("test")

    /// ana's connection to Berlin.
    private static func connectAna(_ office: ConnectOffice) async throws -> (token: String, id: String) {
        let token = try await office.token(of: ConnectOffice.ana)
        let device = try await office.device(token)
        let answer = try await office.connect(device, to: office.berlin.id, as: token)
        return (token, try #require(answer.json("id")))
    }

    private static func state(_ answer: TestResponse) throws -> ConnectionState {
        try ConnectJSON.message(ConnectionState.self, from: Data(answer.text.utf8))
    }

    /// Asks with `wait=60`, and does `work` while the request waits.
    ///
    /// - Returns: the answer, and how long it took from the work on.
    private static func waiting(
        _ office: ConnectOffice,
        _ token: String,
        _ id: String,
        _ work: () async throws -> Void
    ) async throws -> (state: ConnectionState, time: Duration) {
        async let answer = office.get("\(ConnectPath.connection(id))?wait=60", as: token)
        await waiting(1, office)
        let start = ContinuousClock.now
        try await work()
        let got = try await answer
        #expect(got.status == .ok)
        return (try state(got), ContinuousClock.now - start)
    }

    private static func waiting(_ count: Int, _ office: ConnectOffice) async {
        while office.watch.waitingCount < count { await Task.yield() }
    }

    @Test func `is told at once how it is`() async throws {
        try await ConnectOffice.open { office in
            let (token, id) = try await Self.connectAna(office)

            let answer = try await office.get(ConnectPath.connection(id), as: token)

            #expect(answer.status == .ok)
            #expect(answer.headers[.cacheControl] == "no-store")
            let open = ConnectionState(id: id, closedAt: nil, closedBecause: nil, isClosedByUser: false)
            #expect(try Self.state(answer) == open)
        }
    }

    enum Loss: String, CaseIterable {
        case banned
        case outOfTheGroup
        case dropped
        case sessionEnded
        case siteRemoved
    }

    @Test(arguments: Loss.allCases)
    func `hears why it was closed, within a second`(loss: Loss) async throws {
        try await ConnectOffice.open(isWatched: true) { office in
            let (token, id) = try await Self.connectAna(office)

            let (state, time) = try await Self.waiting(office, token, id) {
                switch loss {
                case .banned: try await office.store.ban(ConnectOffice.ana, by: Self.by)
                case .outOfTheGroup: try await office.sync(.active, anaIsInEngineering: false)
                case .dropped: try await office.store.dropConnection(Connection.ID(id), by: Self.by)
                case .sessionEnded:
                    try await office.store.endEverything(
                        of: ConnectOffice.ana,
                        because: "Ended in Accounts.",
                        by: Self.by
                    )
                case .siteRemoved: try await office.store.removeSite(office.berlin.id, by: Self.by)
                }
            }

            #expect(time < .seconds(1))
            #expect(state.id == id)
            #expect(state.closedAt != nil)
            #expect(state.closedBecause?.isEmpty == false)
            #expect(!state.isClosedByUser)
            if loss == .sessionEnded { #expect(state.closedBecause == "Ended in Accounts.") }
            if loss == .siteRemoved { #expect(state.closedBecause == "The site was removed.") }
            if loss == .dropped { #expect(state.closedBecause == "Dropped by an administrator.") }
            #expect(office.watch.waitingCount == 0)
        }
    }

    @Test func `hears later that the site was removed, as it was not waiting`() async throws {
        try await ConnectOffice.open { office in
            let (token, id) = try await Self.connectAna(office)
            let time = office.clock.now()
            try await office.store.removeSite(office.berlin.id, by: Self.by)
            office.clock.advance(60)

            let answer = try await office.get(ConnectPath.connection(id), as: token)

            let state = try Self.state(answer)
            #expect(state.closedAt == time && state.closedBecause == "The site was removed." && !state.isClosedByUser)
        }
    }

    @Test func `hears that its user closed it`() async throws {
        try await ConnectOffice.open(isWatched: true) { office in
            let (token, id) = try await Self.connectAna(office)

            let (state, _) = try await Self.waiting(office, token, id) {
                let answer = try await office.delete(ConnectPath.connection(id), as: token)
                #expect(answer.status == .noContent)
            }
            let later = try await office.get("\(ConnectPath.connection(id))?wait=60", as: token)

            #expect(state.isClosedByUser)
            #expect(try Self.state(later) == state)
        }
    }

    @Test func `is not woken by what happens to others`() async throws {
        try await ConnectOffice.open(isWatched: true) { office in
            let (token, id) = try await Self.connectAna(office)
            let bell = office.watch.bell(of: ConnectOffice.key(10), at: office.berlin.id)
            let other = try await office.device(token, key: 11)
            let othersBell = office.watch.bell(of: ConnectOffice.key(11), at: office.berlin.id)
            let second = try #require(try await office.connect(other, to: office.berlin.id, as: token).json("id"))

            try await office.store.closeConnection(Connection.ID(second), because: "Done")

            #expect(await othersBell.wait(until: .now + .seconds(10)))
            #expect(await !bell.wait(until: .now))
            try await office.store.closeConnection(Connection.ID(id), because: "Done")
            #expect(await bell.wait(until: .now + .seconds(10)))
        }
    }

    @Test func `is told that it is open when its time is over`() async throws {
        try await ConnectOffice.open(isWatched: true) { office in
            let (token, id) = try await Self.connectAna(office)
            let start = ContinuousClock.now

            let answer = try await office.get("\(ConnectPath.connection(id))?wait=1", as: token)

            #expect(try Self.state(answer).closedAt == nil)
            #expect((.seconds(1) ..< .seconds(3)).contains(ContinuousClock.now - start))
        }
    }

    @Test func `is told that it is open when the server shuts down`() async throws {
        let (answers, answered) = AsyncStream.makeStream(of: HTTPResponse.Status.self)
        let time = try await duration {
            try await withThrowingDiscardingTaskGroup { tasks in
                let (told, tell) = AsyncStream.makeStream(of: PeerFeed.Waiting.self)
                tasks.addTask {
                    for await waiting in told { answered.yield(try await waiting.status()) }
                    answered.finish()
                }
                try await ConnectOffice.open(.live, isWatched: true) { office in
                    let (token, id) = try await Self.connectAna(office)
                    let path = "\(ConnectPath.connection(id))?wait=60"
                    tell.yield(PeerFeed.Waiting(port: try #require(office.client.port), path: path, token: token))
                    tell.finish()
                    await Self.waiting(1, office)
                }
            }
        }

        #expect(await answers.first { _ in true } == .ok)
        #expect(time < .seconds(3))
    }

    @Test func `learns nothing of another user's`() async throws {
        try await ConnectOffice.open { office in
            let (_, id) = try await Self.connectAna(office)
            let ben = try await office.token(of: ConnectOffice.ben)

            let foreign = try await office.get("\(ConnectPath.connection(id))?wait=5", as: ben)
            let unknown = try await office.get("\(ConnectPath.connection("unknown"))?wait=5", as: ben)

            #expect(foreign.status == .notFound)
            #expect(foreign.text == unknown.text)
            #expect(foreign.headers == unknown.headers)
            #expect(try await office.get(ConnectPath.connection(id), as: nil).status == .unauthorized)
        }
    }

    @Test(arguments: ["-1", "x", "1.5", "", "99999999999999999999"])
    func `waits for a number of seconds`(wait: String) async throws {
        try await ConnectOffice.open { office in
            let (token, id) = try await Self.connectAna(office)

            #expect(try await office.get("\(ConnectPath.connection(id))?wait=\(wait)", as: token).status == .badRequest)
        }
    }

    @Test func `waits ten times at once`() async throws {
        try await ConnectOffice.open(isWatched: true) { office in
            let (token, id) = try await Self.connectAna(office)
            let path = "\(ConnectPath.connection(id))?wait=60"
            try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { tasks in
                for _ in 0..<10 { tasks.addTask { try await office.get(path, as: token).status } }
                await Self.waiting(10, office)

                let refused = try await office.get(path, as: token)
                try await office.store.closeConnection(Connection.ID(id), because: "Done")

                #expect(refused.status == .tooManyRequests)
                #expect(refused.headers[.retryAfter] == "10")
                for try await status in tasks { #expect(status == .ok) }
            }
            #expect(try await office.get(path, as: token).status == .ok)
        }
    }
}
