import Directory
import Testing

@testable import Storage

@Suite struct `An administrator` {
    @Test(arguments: Backend.allCases)
    func `is found by e-mail in any case`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            #expect(try await !acme.store.hasAdministrators())

            let olga = try await acme.owner(email: " Olga@Acme.example ")

            #expect(try await acme.store.hasAdministrators())
            #expect(olga.email == "olga@acme.example")
            #expect(try await acme.store.administrator(email: "OLGA@acme.example") == olga)
            #expect(try await acme.store.administrator(olga.id) == olga)
            #expect(try await acme.store.administrator(email: "ana@acme.example") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `who is the first is an owner, and only one person is the first`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.store.addFirstAdministrator(
                email: "olga@acme.example",
                name: "Olga",
                password: "correct horse"
            )

            #expect(olga.role == .owner)
            #expect(olga.hasPassword)
            await expectConflict(saying: "made already") {
                _ = try await acme.store.addFirstAdministrator(
                    email: "mallory@acme.example",
                    name: nil,
                    password: "correct horse"
                )
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is not added twice, nor without an e-mail, nor with a short password`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.owner()

            await expectRefusal(.alreadyExists("An administrator with the e-mail olga@acme.example exists.")) {
                _ = try await acme.owner(email: "OLGA@acme.example")
            }
            await expectConflict(saying: "not an e-mail address") { _ = try await acme.owner(email: "olga") }
            await expectConflict(saying: "needs at least 12") {
                _ = try await acme.store.addAdministrator(
                    email: "paul@acme.example",
                    name: nil,
                    role: .viewer,
                    password: "short",
                    by: Acme.operatorAtTheServer
                )
            }
            #expect(try await acme.store.administrators().map(\.email) == ["olga@acme.example"])
        }
    }

    @Test(arguments: Backend.allCases)
    func `who is the last owner cannot be removed or demoted`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            let paul = try await acme.store.addAdministrator(
                email: "paul@acme.example",
                name: "Paul",
                role: .administrator,
                password: nil,
                by: .administrator(olga)
            )

            await expectConflict(saying: "the last owner") {
                try await acme.store.removeAdministrator(olga.id, by: Acme.operatorAtTheServer)
            }
            await expectConflict(saying: "the last owner") {
                try await acme.store.changeRole(of: olga.id, to: .viewer, by: .administrator(olga))
            }

            try await acme.store.changeRole(of: paul.id, to: .owner, by: .administrator(olga))
            try await acme.store.changeRole(of: olga.id, to: .viewer, by: .administrator(olga))
            #expect(try await acme.store.administrators().map(\.role) == [.viewer, .owner])
        }
    }

    @Test(arguments: Backend.allCases)
    func `who lost the role of owner changes no administrator any more`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            let oscar = try await acme.owner(email: "oscar@acme.example")
            try await acme.store.changeRole(of: olga.id, to: .viewer, by: .administrator(oscar))

            await expectConflict(saying: "olga@acme.example is none any more") {
                try await acme.store.changeRole(of: olga.id, to: .owner, by: .administrator(olga))
            }
            await expectConflict(saying: "Only an owner") {
                try await acme.store.removeAdministrator(oscar.id, by: .administrator(olga))
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is signed out when the role changes, and gone when removed`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            let paul = try await acme.owner(email: "paul@acme.example")
            let before = try await acme.store.openSession(
                .administrator(paul.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            )
            try await acme.store.changeRole(of: paul.id, to: .viewer, by: .administrator(olga))
            #expect(try await acme.store.session(token: before.token.value) == nil)

            let after = try await acme.store.openSession(
                .administrator(paul.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            )
            #expect(try await acme.store.session(token: after.token.value) != nil)
            try await acme.store.removeAdministrator(paul.id, by: .administrator(olga))
            #expect(try await acme.store.session(token: after.token.value) == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `is linked to one user in Okta, whom nobody else is`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            let paul = try await acme.owner(email: "paul@acme.example")
            try await acme.store.linkAdministrator(olga.id, to: Acme.ana.id, by: .administrator(olga))

            #expect(try await acme.store.administrator(oktaUser: Acme.ana.id)?.id == olga.id)
            await expectRefusal(.alreadyExists("That user is linked to the administrator olga@acme.example.")) {
                try await acme.store.linkAdministrator(paul.id, to: Acme.ana.id, by: .administrator(olga))
            }
            await expectRefusal(.notFound("There is no such user.")) {
                try await acme.store.linkAdministrator(paul.id, to: "00unobody", by: .administrator(olga))
            }
            try await acme.store.linkAdministrator(olga.id, to: nil, by: .administrator(olga))
            #expect(try await acme.store.administrator(oktaUser: Acme.ana.id) == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `who is no owner links nobody and sets nobody's password but their own`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            let paul = try await acme.store.addAdministrator(
                email: "paul@acme.example",
                name: nil,
                role: .administrator,
                password: nil,
                by: .administrator(olga)
            )

            await expectConflict(saying: "Only an owner") {
                try await acme.store.linkAdministrator(paul.id, to: Acme.ana.id, by: .administrator(paul))
            }
            await expectConflict(saying: "Only an owner") {
                try await acme.store.setPassword(of: olga.id, to: "battery staple", by: .administrator(paul))
            }

            try await acme.store.setPassword(of: paul.id, to: "battery staple", by: .administrator(paul))
            try await acme.store.setPassword(of: paul.id, to: "correct horse", by: .administrator(olga))
            try await acme.store.linkAdministrator(paul.id, to: Acme.ana.id, by: .administrator(olga))
            #expect(
                try await acme.store.verifyPassword(email: paul.email, password: "correct horse")?.oktaUser
                    == Acme.ana.id
            )
        }
    }

    @Test(arguments: Backend.allCases)
    func `is changed in everything or in nothing`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()

            await expectConflict(saying: "last owner") {
                try await acme.store.updateAdministrator(
                    olga.id,
                    role: .viewer,
                    oktaUser: Acme.ana.id,
                    password: "correct horse",
                    by: .administrator(olga)
                )
            }
            #expect(try await acme.store.administrator(olga.id) == olga)

            _ = try await acme.owner(email: "paul@acme.example")
            try await acme.store.updateAdministrator(
                olga.id,
                role: .viewer,
                oktaUser: Acme.ana.id,
                password: "correct horse",
                by: .administrator(olga)
            )
            let changed = try await acme.store.administrator(olga.id)
            #expect(changed?.role == .viewer)
            #expect(changed?.oktaUser == Acme.ana.id)
            #expect(changed?.hasPassword == true)
        }
    }

    @Test(arguments: Backend.allCases)
    func `signs in with the password and with no other`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.store.addFirstAdministrator(
                email: "olga@acme.example",
                name: nil,
                password: "correct horse"
            )

            #expect(try await acme.store.verifyPassword(email: "Olga@acme.example", password: "correct horse") == olga)
            #expect(try await acme.store.verifyPassword(email: "olga@acme.example", password: "wrong horse!") == nil)
            #expect(try await acme.store.verifyPassword(email: "nobody@acme.example", password: "wrong") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `waits longer after each wrong password, known or not`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.store.addFirstAdministrator(
                email: "olga@acme.example",
                name: nil,
                password: "correct horse"
            )

            for email in ["olga@acme.example", "nobody@acme.example"] {
                for _ in 1...3 {
                    #expect(try await acme.store.verifyPassword(email: email, password: "wrong horse!") == nil)
                }
                await expectRefusal(.tooManyAttempts(retryAfter: 1)) {
                    _ = try await acme.store.verifyPassword(email: email, password: "correct horse")
                }
            }
            acme.clock.advance(seconds: 1)
            #expect(try await acme.store.verifyPassword(email: "olga@acme.example", password: "correct horse") != nil)
            #expect(try await acme.store.verifyPassword(email: "olga@acme.example", password: "wrong horse!") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `whose password is changed is signed out elsewhere`(_ backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let olga = try await acme.owner()
            let here = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            )
            let elsewhere = try await acme.store.openSession(
                .administrator(olga.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            )

            try await acme.store.setPassword(
                of: olga.id,
                to: "battery staple",
                except: here.session.id,
                by: .administrator(olga)
            )

            #expect(try await acme.store.session(token: here.token.value) != nil)
            #expect(try await acme.store.session(token: elsewhere.token.value) == nil)
            #expect(try await acme.store.verifyPassword(email: olga.email, password: "battery staple")?.id == olga.id)
        }
    }
}
