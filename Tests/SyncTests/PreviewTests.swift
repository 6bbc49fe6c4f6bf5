import Access
import Directory
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `A preview` {
    @Test func `says what a sync would do and writes nothing`() async throws {
        try await Acme.run { acme in
            let preview = try await acme.engine.preview()

            #expect(preview.plan.changes.addedUsers.count == 3)
            #expect(!preview.wouldBeHeld)
            #expect(preview.requests == 3)
            #expect(try await acme.store.userCounts().values.reduce(0, +) == 0)
            #expect(try await acme.store.syncRuns(limit: 5).isEmpty)
        }
    }

    @Test func `counts the sessions that would end`() async throws {
        try await Acme.run { acme in
            try await acme.sync()
            let session = try await acme.store.openSession(
                .user(User.ID(acme.ana.description)),
                kind: .connect,
                userAgent: nil,
                address: nil
            )
            try acme.org.suspend(acme.ana)

            let preview = try await acme.engine.preview()

            #expect(preview.applied.revocations.sessions == 1)
            #expect(try await acme.store.session(token: session.token.value) != nil)
        }
    }
}
