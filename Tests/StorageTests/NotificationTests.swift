import Foundation
import Testing

@testable import Storage

@Suite struct `Administrators are told` {
    private static let refused = Problem(what: "Okta rejects the API token.", remedy: "Create another one.")
    private static let unreachable = Problem(what: "Okta was not reached.", remedy: "Wait.")

    @Test(arguments: Backend.all)
    func `once when the synchronization stops, however many runs fail`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            for _ in 1...3 {
                acme.clock.advance(seconds: 60)
                try await acme.store.setIntegrationStatus(.stopped, problem: Self.refused)
            }

            let told = try await acme.store.notifications()

            #expect(told.map(\.kind) == [.stopped])
            #expect(told.first?.channel == .mail)
            #expect(told.first?.what == Self.refused.what)
            #expect(told.first?.remedy == Self.refused.remedy)
        }
    }

    @Test(arguments: Backend.all)
    func `not of passing trouble, neither alone nor between two stops`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.tell(.warning, Self.unreachable)
            #expect(try await acme.told().isEmpty)

            try await acme.tell(.stopped, Self.refused)
            try await acme.tell(.warning, Self.unreachable)
            try await acme.tell(.stopped, Self.refused)

            #expect(try await acme.told() == [.stopped])
        }
    }

    @Test(arguments: Backend.all)
    func `when it works again, once, and not where it never stopped`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.tell(.active)
            #expect(try await acme.told().isEmpty)

            try await acme.tell(.stopped, Self.refused)
            try await acme.tell(.warning, Self.unreachable)
            try await acme.tell(.active)
            try await acme.tell(.active)

            #expect(try await acme.told() == [.stopped, .recovered])
            #expect(try await acme.store.notifications().first?.what.contains(Self.refused.what) == true)
        }
    }

    @Test(arguments: Backend.all)
    func `anew after the credentials were replaced, also where the status had no time to change`(
        backend: Backend
    ) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.tell(.stopped, Self.refused)
            acme.clock.advance(seconds: 1)
            try await acme.store.enableOkta(.acme, by: .system)
            try await acme.tell(.stopped, Self.refused)
            acme.clock.advance(seconds: 1)
            try await acme.store.enableOkta(.acme, by: .system)
            try await acme.tell(.active)

            #expect(try await acme.told() == [.stopped, .stopped, .recovered])
        }
    }

    @Test(arguments: Backend.all)
    func `when a run waits for approval, once, until it is through`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            let held = Problem(what: "21 of 58 users are missing.", remedy: "Approve it, or mend Okta.")
            try await acme.heldRun(held)
            try await acme.tell(.warning, held)
            try await acme.tell(.warning, Self.unreachable)
            try await acme.tell(.warning, held)
            #expect(try await acme.told() == [.held])
            #expect(try await acme.store.notifications().first?.what == held.what)

            try await acme.tell(.active)

            #expect(try await acme.told() == [.held, .recovered])
        }
    }

    @Test(arguments: Backend.all)
    func `on every channel that is on`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            var settings = try await acme.store.notificationSettings()
            settings.webhookURL = "https://hooks.example.com/timus"
            try await acme.store.setNotificationSettings(settings, by: .system)
            try await acme.tell(.stopped, Self.refused)
            #expect(Set(try await acme.store.notifications().map(\.channel)) == [.mail, .webhook])

            settings.isMailOn = false
            settings.webhookURL = nil
            try await acme.store.setNotificationSettings(settings, by: .system)
            try await acme.tell(.active)

            #expect(try await acme.store.notifications().count == 2)
            #expect(try await acme.store.notifications().allSatisfy { $0.state == .givenUp })
            #expect(try await acme.store.takeDueNotifications(on: .mail).isEmpty)
        }
    }

    @Test(arguments: Backend.all)
    func `in the transaction of the status, or not at all`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme async throws in
            let store = acme.store

            await #expect(throws: StoreError.self) {
                try await store.write { transaction throws(StoreError) in
                    try transaction.notify(.stopped, problem: Self.refused, in: store)
                    throw .unavailable("the server died here")
                }
            }

            #expect(try await acme.told().isEmpty)
        }
    }

    @Test(arguments: Backend.all)
    func `if they are owners or administrators, and not if they may only look`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            _ = try await acme.owner()
            for (email, role) in [
                ("adam@acme.example", Administrator.Role.administrator), ("vera@acme.example", .viewer),
            ] {
                _ = try await acme.store.addAdministrator(
                    email: email,
                    name: nil,
                    role: role,
                    password: nil,
                    by: Acme.operatorAtTheServer
                )
            }

            #expect(try await acme.store.notificationRecipients() == ["adam@acme.example", "olga@acme.example"])
        }
    }
}

@Suite struct `A notification that is due` {
    private static let refused = Problem(what: "Okta rejects the API token.", remedy: "Create another one.")

    @Test(arguments: Backend.all)
    func `is given to one server at a time, and to another when the first has gone`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.tell(.stopped, Self.refused)

            let first = try await acme.store.takeDueNotifications(on: .mail)
            let second = try await acme.store.takeDueNotifications(on: .mail)
            acme.clock.advance(seconds: 181)
            let third = try await acme.store.takeDueNotifications(on: .mail)

            #expect(first.map(\.kind) == [.stopped])
            #expect(second.isEmpty)
            #expect(third.map(\.id) == first.map(\.id))
            #expect(try await acme.store.takeDueNotifications(on: .webhook).isEmpty)
        }
    }

    @Test(arguments: Backend.all)
    func `is sent once`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.tell(.stopped, Self.refused)
            let due = try await acme.store.takeDueNotifications(on: .mail)

            try await acme.store.markSent(due[0].id)
            acme.clock.advance(seconds: 3600)

            #expect(try await acme.store.takeDueNotifications(on: .mail).isEmpty)
            #expect(try await acme.store.notifications()[0].state == .sent(acme.clock.now.addingTimeInterval(-3600)))
        }
    }

    @Test(arguments: Backend.all)
    func `waits after a failure, says why, and is given up at last`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.tell(.stopped, Self.refused)
            let due = try await acme.store.takeDueNotifications(on: .mail)
            let retry = acme.clock.now.addingTimeInterval(10)

            try await acme.store.markFailed(due[0].id, error: "It was not reached.", retryAt: retry)
            #expect(try await acme.store.takeDueNotifications(on: .mail).isEmpty)
            #expect(try await acme.store.notifications()[0].state == .waiting(until: retry))
            #expect(try await acme.store.notifications()[0].lastError == "It was not reached.")
            acme.clock.advance(seconds: 10)
            #expect(try await acme.store.takeDueNotifications(on: .mail).map(\.attempts) == [1])

            try await acme.store.markFailed(due[0].id, error: "It was not reached.", retryAt: nil)
            acme.clock.advance(seconds: 86400)
            #expect(try await acme.store.takeDueNotifications(on: .mail).isEmpty)
            #expect(try await acme.store.notifications()[0].state == .givenUp)
        }
    }

    @Test(arguments: Backend.all)
    func `goes before the one that follows it, also after a failure`(backend: Backend) async throws {
        try await withAcme(on: backend) { acme in
            try await acme.tell(.stopped, Self.refused)
            let due = try await acme.store.takeDueNotifications(on: .mail)
            let inAnHour = acme.clock.now.addingTimeInterval(3600)
            try await acme.store.markFailed(due[0].id, error: "It was not reached.", retryAt: inAnHour)

            try await acme.tell(.active)

            #expect(try await acme.store.takeDueNotifications(on: .mail).map(\.kind) == [.stopped, .recovered])
        }
    }

    @Test(arguments: Backend.all)
    func `is of its own organisation, and of no other`(backend: Backend) async throws {
        try await backend.withDatabase { location in
            let vault = Vault.ephemeral()
            let acme = try await Store.open(at: location, organisation: "Acme", vault: vault)
            let globex = try await Store.open(
                at: location,
                organisation: "Globex",
                createOrganisation: true,
                vault: vault
            )
            try await acme.enableOkta(.acme, by: .system)
            try await acme.setIntegrationStatus(.stopped, problem: Self.refused)

            #expect(try await globex.takeDueNotifications(on: .mail).isEmpty)
            #expect(try await globex.notifications().isEmpty)
            #expect(try await acme.takeDueNotifications(on: .mail).count == 1)
            await acme.close()
            await globex.close()
        }
    }
}

@Suite struct `The settings of notifications` {
    @Test(arguments: Backend.all)
    func `are mail and no webhook until somebody says otherwise`(backend: Backend) async throws {
        try await backend.withStore { store async throws in
            #expect(try await store.notificationSettings() == NotificationSettings())
            #expect(try await store.notificationSettings().isMailOn)
            #expect(try await store.webhook() == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `make a secret where none is given, keep it, and make another when asked`(backend: Backend) async throws {
        try await backend.withStore { store in
            var settings = NotificationSettings()
            settings.webhookURL = "https://hooks.example.com/timus"

            let made = try await store.setNotificationSettings(settings, by: .system)
            let kept = try await store.setNotificationSettings(settings, by: .system)
            #expect(made?.value.utf8.count == 43)
            #expect(kept == nil)
            #expect(try await store.webhook()?.secret == made)

            let renewed = try await store.setNotificationSettings(settings, renewsSecret: true, by: .system)
            #expect(renewed != nil && renewed != made)
            #expect(try await store.webhook()?.secret == renewed)

            let own = Secret("a secret of our own")
            await #expect(throws: StoreError.self) {
                try await store.setNotificationSettings(settings, secret: own, by: .system)
            }
            let fit = Secret("a-secret-of-our-own")
            #expect(try await store.setNotificationSettings(settings, secret: fit, by: .system) == nil)
            #expect(try await store.webhook()?.secret == fit)

            settings.webhookURL = nil
            try await store.setNotificationSettings(settings, by: .system)
            #expect(try await store.webhook() == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `write an event, with neither the secret nor the path`(backend: Backend) async throws {
        try await backend.withStore { store in
            var settings = NotificationSettings()
            settings.webhookURL = "https://hooks.example.com/services/T0/B0"

            let made = try await store.setNotificationSettings(settings, by: .commandLine("rosa"))

            let event = try #require(try await store.events(EventQuery()).first)
            #expect(event.action == "notifications.set")
            #expect(event.actor == "command line (rosa)")
            #expect(event.new == "mail on, webhook https://hooks.example.com, new secret")
            #expect(!"\(event)".contains(made?.value ?? "43 characters"))
        }
    }

    @Test(arguments: Backend.all)
    func `do not open under another key`(backend: Backend) async throws {
        try await backend.withDatabase { location in
            let store = try await Store.open(at: location, vault: .ephemeral())
            var settings = NotificationSettings()
            settings.webhookURL = "https://hooks.example.com/timus"
            try await store.setNotificationSettings(settings, by: .system)
            await store.close()

            await expectRefusal(.wrongKey) { _ = try await Store.open(at: location, vault: .ephemeral()) }
        }
    }
}

extension Acme {
    /// What a run reports, a second later.
    fileprivate func tell(_ status: OktaIntegration.Status, _ problem: Problem? = nil) async throws {
        clock.advance(seconds: 1)
        try await store.setIntegrationStatus(status, problem: problem)
    }

    /// What was told, the oldest first.
    fileprivate func told() async throws -> [Storage.Notification.Kind] {
        try await store.notifications(limit: 100).map(\.kind).reversed()
    }

    fileprivate func heldRun(_ problem: Problem) async throws {
        let lease = try #require(try await store.acquireLease("sync", owner: "tests", seconds: 60))
        var conclusion = Conclusion(run: .manual(at: store.now()), state: .held)
        conclusion.problem = problem
        _ = try await store.conclude(conclusion, lease: lease)
    }
}
