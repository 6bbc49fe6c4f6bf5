import Access
import Directory
import Foundation
import Testing

@Suite struct `A user reaches a site` {
    let engineering = Group(id: "00g-eng", name: "Engineering")
    let sales = Group(id: "00g-sales", name: "Sales")

    @Test func `through a group that was given it`() throws {
        let facts = try facts(groups: [engineering], grants: [Grant(scope: .group(engineering.id), site: "berlin")])

        #expect(facts.decision(for: "berlin") == .allowed(.through([engineering])))
        #expect(facts.decision(for: "berlin").sentence == "Allowed through Engineering.")
        #expect(facts.standing == .active)
    }

    @Test func `through every group where the site is for every chosen group`() throws {
        let facts = try facts(groups: [sales, engineering], grants: [Grant(scope: .everyChosenGroup, site: "berlin")])

        #expect(facts.decision(for: "berlin").sentence == "Allowed through Engineering and Sales.")
    }

    @Test func `by hand, where no group gives it`() throws {
        let override = SiteOverride(site: "lisbon", effect: .allow, setBy: "admin@acme.example", setAt: .distantPast)
        let facts = try facts(groups: [engineering], overrides: [override])

        #expect(facts.decision(for: "lisbon") == .allowed(.byHand(override)))
    }

    @Test(arguments: [User.Status.active, .lockedOut, .passwordExpired, .recovery])
    func `with a status that Okta itself guards`(status: User.Status) throws {
        let facts = try facts(
            status: status,
            groups: [engineering],
            grants: [Grant(scope: .everyChosenGroup, site: "berlin")]
        )

        #expect(facts.decision(for: "berlin").isAllowed)
    }
}

@Suite struct `A user does not reach a site` {
    let engineering = Group(id: "00g-eng", name: "Engineering")
    let everywhere = Grant(scope: .everyChosenGroup, site: "berlin")

    @Test func `that nothing grants`() throws {
        let facts = try facts(groups: [engineering], grants: [everywhere])

        #expect(facts.decision(for: "lisbon") == .denied(.notGranted(to: [engineering])))
    }

    @Test func `that does not exist`() throws {
        let facts = try facts(groups: [engineering], grants: [Grant(scope: .everyChosenGroup, site: "atlantis")])

        #expect(facts.decision(for: "atlantis") == .denied(.noSuchSite))
    }

    @Test func `given to a group of which they are no member`() throws {
        let facts = try facts(groups: [engineering], grants: [Grant(scope: .group("00g-sales"), site: "berlin")])

        #expect(facts.decision(for: "berlin") == .denied(.notGranted(to: [engineering])))
    }

    @Test func `after leaving their last group`() throws {
        let facts = try facts(groups: [], grants: [everywhere])

        #expect(facts.decision(for: "berlin") == .denied(.inNoChosenGroup))
        #expect(facts.standing == .inactive)
    }

    @Test(arguments: [User.Status.staged, .provisioned, .suspended, .deprovisioned, .unknown])
    func `with a status that ends access, though still a member`(status: User.Status) throws {
        let facts = try facts(status: status, groups: [engineering], grants: [everywhere])

        #expect(facts.decision(for: "berlin") == .denied(.status(status)))
        #expect(facts.standing == .inactive)
        #expect(facts.allowedSites.isEmpty)
    }

    @Test func `that was denied by hand, whatever the groups say`() throws {
        let override = SiteOverride(site: "berlin", effect: .deny, setBy: "admin@acme.example", setAt: .distantPast)
        let facts = try facts(groups: [engineering], grants: [everywhere], overrides: [override])

        #expect(facts.decision(for: "berlin") == .denied(.byHand(override)))
    }

    @Test func `allowed by hand while suspended in Okta`() throws {
        let override = SiteOverride(site: "berlin", effect: .allow, setBy: "admin@acme.example", setAt: .distantPast)
        let facts = try facts(status: .suspended, groups: [engineering], overrides: [override])

        #expect(facts.decision(for: "berlin") == .denied(.status(.suspended)))
    }

    @Test func `while banned`() throws {
        let ban = Ban(setBy: "admin@acme.example", setAt: .distantPast)
        let facts = try facts(ban: ban, groups: [engineering], grants: [everywhere])

        #expect(facts.decision(for: "berlin") == .denied(.banned(ban)))
        #expect(facts.standing == .banned)
    }

    @Test func `while the integration is disabled`() throws {
        let facts = try facts(integrationIsEnabled: false, groups: [engineering], grants: [everywhere])

        #expect(facts.decision(for: "berlin") == .denied(.integrationIsDisabled))
        #expect(facts.standing == .inactive)
    }

    @Test func `while remote access is off, and stays in the team`() throws {
        let facts = try facts(remoteAccessIsOn: false, groups: [engineering], grants: [everywhere])

        #expect(facts.decision(for: "berlin") == .denied(.remoteAccessIsOff))
        #expect(facts.standing == .active)
    }
}

private func facts(
    status: User.Status = .active,
    ban: Ban? = nil,
    integrationIsEnabled: Bool = true,
    remoteAccessIsOn: Bool = true,
    groups: [Group],
    grants: [Grant] = [],
    overrides: [SiteOverride] = []
) throws -> AccessFacts {
    AccessFacts(
        user: User(id: "00u-ana", status: status, login: "ana@acme.example", email: "ana@acme.example"),
        ban: ban,
        integrationIsEnabled: integrationIsEnabled,
        remoteAccessIsOn: remoteAccessIsOn,
        groups: groups,
        grants: grants,
        overrides: overrides,
        sites: [
            Site(id: "berlin", name: "Berlin", addressRange: try AddressRange("10.20.0.0/16")),
            Site(id: "lisbon", name: "Lisbon", addressRange: try AddressRange("10.30.0.0/16")),
        ]
    )
}

@Suite struct `A refusal, said to the user` {
    @Test(arguments: [
        (Decision.Refusal.status(.suspended), "Okta: your account was suspended."),
        (.status(.deprovisioned), "Okta: your account was deactivated."),
        (.inNoChosenGroup, "Okta: you are in no group that is given access."),
    ])
    func `is what was kept of it, in other words`(refusal: Decision.Refusal, sentence: String) {
        #expect(refusal.sentenceToUser == sentence)
        #expect(Decision.Refusal.sentenceToUser(for: refusal.sentence) == sentence)
        #expect(Decision.Refusal.sentenceToUser(for: "Dropped by an administrator.") == "Dropped by an administrator.")
    }
}
