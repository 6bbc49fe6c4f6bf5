import Directory
import Testing

@Suite struct `A user's name` {
    @Test(
        arguments: [
            ("ana.silva@acme.example", "login@acme.example", "ana.silva"),
            (nil, "ben@acme.example", "ben"),
            ("o'brien+x@acme.example", "z", "o'brien+x"),
            (nil, "no-at-sign", "no-at-sign"),
        ] as [(String?, String, String)]
    )
    func `is the first part of the e-mail, or of the username`(email: String?, login: String, name: String) {
        #expect(User(id: "00u1", status: .active, login: login, email: email).name == name)
    }
}

@Suite struct `A status in Okta` {
    @Test(arguments: User.Status.allCases)
    func `keeps access only where Okta lets the person be`(status: User.Status) {
        let keeping: Set<User.Status> = [.active, .lockedOut, .passwordExpired, .recovery]

        #expect(status.keepsAccess == keeping.contains(status))
    }

    @Test func `that we do not know grants nothing`() {
        #expect(User.Status(okta: "HIBERNATING") == .unknown)
        #expect(!User.Status(okta: "HIBERNATING").keepsAccess)
    }
}
