import Foundation
import Testing

@testable import OktaSimulator

@Suite struct `A person's status` {
    typealias Status = Org.Person.Status

    /// From, operation, to, or Okta's refusal.
    static let moves: [(Status, String, Status?, String?)] = [
        (.staged, "activate", .active, nil),
        (.staged, "deactivate", .deprovisioned, nil),
        (.provisioned, "reactivate", .provisioned, nil),
        (.provisioned, "deactivate", .deprovisioned, nil),
        (.active, "suspend", .suspended, nil),
        (.active, "reset_password?sendEmail=false", .recovery, nil),
        (.active, "expire_password", .passwordExpired, nil),
        (.active, "deactivate", .deprovisioned, nil),
        (.active, "activate", nil, "403 E0000016"),
        (.active, "unlock", nil, "403 E0000032"),
        (.active, "unsuspend", nil, "400 E0000001"),
        (.active, "reactivate", nil, "403 E0000038"),
        (.active, "reset_password", nil, "400 E0000028"),
        (.lockedOut, "unlock", .active, nil),
        (.lockedOut, "suspend", nil, "400 E0000001"),
        (.suspended, "unsuspend", .active, nil),
        (.suspended, "deactivate", .deprovisioned, nil),
        (.suspended, "suspend", nil, "400 E0000001"),
        (.deprovisioned, "activate", .active, nil),
        (.deprovisioned, "suspend", nil, "400 E0000001"),
        (.deprovisioned, "expire_password", nil, "403 E0000038"),
    ]

    @Test(arguments: moves) func `moves as Okta's table says`(
        from: Status,
        operation: String,
        to: Status?,
        refusal: String?
    ) async throws {
        let org = Org()
        let ana = try org.person(in: from)
        try await withAPI(org) { api in
            let answer = try await api.post("/api/v1/users/\(ana)/lifecycle/\(operation)")

            #expect(org.person(ana)?.status == to ?? from)
            if let refusal {
                #expect("\(answer.status) \(answer.errorCode ?? "")" == refusal)
            } else {
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `becomes ACTIVE when the activation link is used, once`() throws {
        let org = Org()
        let ana = try org.createPerson(.ana)
        let mail = try #require(org.mails(to: "ana.silva@acme.example").first)
        let token = try #require(mail.link?.split(separator: "/").last)
        let link = try #require(org.passwordLink(String(token)))

        try org.setPassword("Correct-horse-1", by: link)

        #expect(org.person(ana.id)?.status == .active)
        #expect(org.passwordLink(String(token)) == nil)
        #expect(throws: OktaFailure.self) { try org.setPassword("Correct-horse-2", by: link) }
    }

    @Test func `becomes LOCKED_OUT after ten wrong passwords`() throws {
        let org = Org.acme()
        for _ in 1...10 { _ = org.signIn(username: "ana.silva@acme.example", password: "wrong") }

        let outcome = org.signIn(username: "ana.silva@acme.example", password: Org.samplePassword)

        guard case .lockedOut = outcome else {
            Issue.record("signed in with the right password: \(outcome)")
            return
        }
    }

    @Test func `ends the sessions of someone who is suspended`() throws {
        let org = Org.acme()
        let ana = try #require(org.person(login: "ana.silva@acme.example"))
        let session = try org.openSession(for: ana.id)

        try org.suspend(ana.id)
        try org.unsuspend(ana.id)

        #expect(org.session(session.token) == nil)
    }

    @Test func `moves lastUpdated, and a membership moves only lastMembershipUpdated`() throws {
        let clock = Clock()
        let org = Org(now: { clock.now })
        let ana = try org.createPerson(.ana, credentials: .password("Correct-horse-1"))
        let group = try org.createGroup("Engineering")
        clock.advance(seconds: 100)

        try org.suspend(ana.id)
        try org.addMember(ana.id, to: group.id)
        clock.advance(seconds: 100)
        try org.addMember(ana.id, to: group.id)

        let changed = clock.now.addingTimeInterval(-100)
        #expect(org.person(ana.id)?.lastUpdated == changed)
        #expect(org.person(ana.id)?.statusChanged == changed)
        #expect(org.group(group.id)?.lastUpdated == group.created)
        #expect(org.group(group.id)?.lastMembershipUpdated == changed)
    }
}

extension Org.Profile {
    static let ana = Org.Profile(firstName: "Ana", lastName: "Silva", login: "ana.silva@acme.example")
}

extension Org {
    /// A person who has come to this status by Okta's own moves.
    fileprivate func person(in status: Person.Status) throws -> Person.ID {
        let password = NewCredentials.password("Correct-horse-1")
        let id = try createPerson(
            .ana,
            credentials: status == .provisioned ? .setByUser : password,
            activate: status != .staged
        ).id
        switch status {
        case .staged, .provisioned, .active: break
        case .recovery: try resetPassword(id)
        case .lockedOut: try lockOut(id)
        case .passwordExpired: try expirePassword(id)
        case .suspended: try suspend(id)
        case .deprovisioned: try deactivate(id)
        }
        return id
    }
}
