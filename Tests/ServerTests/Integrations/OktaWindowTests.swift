import Access
import Directory
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage
import Sync
import Testing

@Suite struct `The Okta Integration window` {
    @Test func `opens at Configuration, with Preferences locked`() async throws {
        try await ManagerConsole.open { console in
            let page = try await console.browser().get("/settings/integrations/okta")

            #expect(page.status == .ok)
            #expect(page.text.contains("aria-disabled=\"true\">Preferences"))
            #expect(page.text.contains("value=\"\(Acme.publicURL)/user/external\""))
            for label in ["Client ID", "Client Secret", "API Token", "Okta Domain"] {
                #expect(page.text.contains(">\(label)</label>"))
            }
        }
    }

    @Test func `connects, and leads to Preferences with the groups`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()

            let answer = try await console.confirm(console.values, in: browser)
            let page = try await browser.get(answer.location)

            #expect(answer.status == .seeOther)
            #expect(answer.location == "/settings/integrations/okta/preferences")
            #expect(page.text.contains("Okta is connected"))
            #expect(page.text.contains("name=\"group[]\""))
            #expect(page.text.contains("Engineering"))
        }
    }

    @Test(arguments: [
        ("client_id", "wrong", "field-client-id"), ("client_secret", "wrong", "field-client-secret"),
        ("api_token", "wrong", "field-api-token"), ("okta_domain", "10.0.0.1", "field-okta-domain"),
    ])
    func `says at the field what is wrong, and saves nothing`(field: String, typed: String, id: String) async throws {
        try await ManagerConsole.open { console in
            var values = console.values
            values[field] = typed

            let page = try await console.confirm(values, in: console.browser())

            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("<title>Error: "))
            #expect(page.text.contains("href=\"#\(id)\""))
            #expect(page.text.contains("id=\"\(id)-error\""))
            #expect(page.text.contains("What was checked"))
            #expect(try await console.store.oktaIntegration() == nil)
        }
    }

    @Test func `keeps what was typed, but no secret`() async throws {
        try await ManagerConsole.open { console in
            var values = console.values
            values["okta_domain"] = ""

            let page = try await console.confirm(values, in: console.browser())

            #expect(page.text.contains("value=\"\(console.integration.clientID)\""))
            #expect(!page.text.contains(console.integration.clientSecret))
            #expect(!page.text.contains(console.integration.apiToken))
            #expect(page.text.contains("Enter the Okta domain, for example example.okta.com"))
        }
    }

    @Test func `keeps saved secrets where the fields are left empty`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)

            let answer = try await console.confirm(
                ["client_id": console.integration.clientID, "okta_domain": console.org.origin + "/"],
                in: browser
            )

            #expect(answer.status == .seeOther)
            let kept = try await console.store.oktaCredentials()
            #expect(kept?.clientSecret.value == console.integration.clientSecret)
        }
    }

    @Test func `asks for the secrets again when the client ID changes`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)

            let page = try await console.confirm(
                ["client_id": "another", "okta_domain": console.org.origin],
                in: browser
            )

            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("Enter the client secret again, since the client ID or the domain changed"))
        }
    }

    @Test func `lets a viewer look and change nothing`() async throws {
        try await ManagerConsole.open { console in
            _ = try await console.confirm(console.values, in: console.browser())
            let vera = try await console.browser(as: "vera@acme.example")

            let page = try await vera.get("/settings/integrations/okta/configuration")
            let refused = try await console.confirm(console.values, in: vera)
            let disabling = try await vera.get("/settings/integrations/okta/disable")

            #expect(page.status == .ok)
            #expect(!page.text.contains("Confirm</button>"))
            #expect(refused.status == .forbidden)
            #expect(disabling.status == .forbidden)
            #expect(disabling.text.contains("<h1>"))
        }
    }
}

@Suite struct `Preferences` {
    @Test func `choose groups and sites, and ask for the first synchronization`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)
            let berlin = try await console.berlin()
            let engineering = try await console.group("Engineering")

            let answer = try await console.prefer(
                [
                    ("synchronization", "on"), ("remote_access", "on"), ("group[]", engineering.rawValue),
                    ("group[]", "00gNobodyHasIt"), ("site[]", berlin.rawValue), ("search", ""),
                ],
                in: browser
            )
            _ = try await console.sync.run(.full, trigger: .firstSync, requestedBy: nil)
            let page = try await browser.get("/settings/integrations/okta")

            #expect(answer.status == .seeOther)
            #expect(answer.location.hasPrefix("/settings/integrations/okta/preferences?requested="))
            #expect(try await console.store.groups().filter(\.isChosen).map(\.id) == [engineering])
            #expect(try await console.store.grants() == [Grant(scope: .everyChosenGroup, site: berlin)])
            #expect(page.text.contains("Looked for changes"))
            #expect(page.text.contains("/users?status=active"))
        }
    }

    @Test func `are not saved without a group while synchronization is on`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)

            let page = try await console.prefer([("synchronization", "on"), ("remote_access", "off")], in: browser)

            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("href=\"#field-group\""))
            #expect(page.text.contains("name=\"remote_access\" value=\"off\" checked"))
            #expect(try await console.store.oktaIntegration()?.synchronization == false)
        }
    }

    @Test func `search without script, and keep what is ticked`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)
            let engineering = try await console.group("Engineering")

            let page = try await console.prefer(
                [
                    ("synchronization", "on"), ("remote_access", "on"), ("group[]", engineering.rawValue),
                    ("search", "sales"), ("action", "search"),
                ],
                in: browser
            )

            #expect(page.status == .ok)
            #expect(page.text.contains("value=\"\(engineering.rawValue)\" checked"))
            #expect(page.text.contains("<bdi>Sales</bdi>"))
            #expect(!page.text.contains("<bdi>Everyone</bdi>"))
            #expect(try await console.store.groups().allSatisfy { !$0.isChosen })
        }
    }

    @Test func `say what the first synchronization will bring`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)
            let engineering = try await console.group("Engineering")

            let page = try await console.prefer(
                [("synchronization", "on"), ("group[]", engineering.rawValue), ("action", "preview")],
                in: browser
            )

            #expect(page.text.contains("The synchronization will add "))
            #expect(try await console.store.groups().allSatisfy { !$0.isChosen })
        }
    }

    @Test func `give one group a site of its own`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)
            let berlin = try await console.berlin()
            let sales = try await console.group("Sales")
            let path = "/settings/integrations/okta/groups/\(sales)"

            let answer = try await browser.post(
                path,
                [("csrf", try await browser.csrf(of: path)), ("site[]", berlin.rawValue)]
            )

            #expect(answer.status == .seeOther)
            #expect(try await console.store.grants() == [Grant(scope: .group(sales), site: berlin)])
        }
    }
}

@Suite struct `Disable Integration` {
    @Test func `asks for the domain to be typed`() async throws {
        try await ManagerConsole.open { console in
            let browser = try await console.browser()
            _ = try await console.confirm(console.values, in: browser)
            let csrf = try await browser.csrf(of: "/settings/integrations/okta/disable")

            let refused = try await browser.post(
                "/settings/integrations/okta/disable",
                [("csrf", csrf), ("okta_domain", "acme")]
            )
            let kept = try await console.store.oktaIntegration()
            let done = try await browser.post(
                "/settings/integrations/okta/disable",
                [("csrf", csrf), ("okta_domain", console.org.origin)]
            )

            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("end"))
            #expect(kept != nil)
            #expect(done.location == "/settings/integrations")
            #expect(try await console.store.oktaIntegration() == nil)
        }
    }
}

extension ManagerConsole {
    fileprivate func berlin() async throws -> Site.ID {
        let range = try AddressRange("10.20.0.0/16")
        return try await store.addSite(name: "Berlin", addressRange: range, by: .commandLine("test")).id
    }

    fileprivate func group(_ name: String) async throws -> Directory.Group.ID {
        try #require(try await store.groups().first { $0.group.name == name }).id
    }
}
