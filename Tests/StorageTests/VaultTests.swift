import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A vault` {
    private let place = SealedPlace(table: "okta_integration", column: "api_token", organisation: "acme", version: 3)

    @Test func `opens what it sealed, in its place`() throws {
        let vault = Vault.ephemeral()

        let sealed = try vault.seal(Secret("00token"), for: place)

        #expect(try vault.open(sealed, for: place).value == "00token")
        #expect(sealed.hasPrefix("v1.\(vault.keyID)."))
        #expect(!sealed.contains("token"))
        #expect(try vault.seal(Secret("00token"), for: place) != sealed)
    }

    @Test(arguments: [
        SealedPlace(table: "okta_integration", column: "client_secret", organisation: "acme", version: 3),
        SealedPlace(table: "okta_integration", column: "api_token", organisation: "globex", version: 3),
        SealedPlace(table: "okta_integration", column: "api_token", organisation: "acme", version: 2),
        SealedPlace(table: "okta_integration", column: "api_token", organisation: "acme", row: "1", version: 3),
        SealedPlace(table: "session", column: "api_token", organisation: "acme", version: 3),
    ])
    func `opens nothing in another place`(other: SealedPlace) throws {
        let vault = Vault.ephemeral()
        let sealed = try vault.seal(Secret("00token"), for: place)

        #expect(throws: StoreError.self) { try vault.open(sealed, for: other) }
    }

    @Test func `opens nothing that was changed or cut`() throws {
        let vault = Vault.ephemeral()
        let sealed = try vault.seal(Secret("00token"), for: self.place)
        // Not the last character: some of its bits belong to no byte.
        let place = sealed.index(sealed.endIndex, offsetBy: -4)
        let changed = sealed[..<place] + (sealed[place] == "A" ? "B" : "A") + sealed[sealed.index(after: place)...]

        for text in [String(changed), String(sealed.dropLast(8)), "", "v1", "v2" + sealed.dropFirst(2), "00token"] {
            #expect(throws: StoreError.self, "\(text)") { try vault.open(text, for: self.place) }
        }
    }

    @Test func `says so where the text was sealed under another key`() throws {
        let sealed = try Vault.ephemeral().seal(Secret("00token"), for: place)

        #expect(throws: StoreError.wrongKey) { try Vault.ephemeral().open(sealed, for: place) }
    }

    @Test func `shows no secret`() {
        let secret = Secret("00token")
        var dumped = ""
        dump(secret, to: &dumped)

        #expect("\(secret)" == "••••")
        #expect(String(reflecting: [secret]) == "[••••]")
        #expect(!dumped.contains("00token"))
        #expect("\(OktaCredentials.acme)".contains("••••"))
        #expect(!"\(OktaCredentials.acme)".contains("the client secret"))
    }
}

@Suite struct `A key file` {
    @Test func `is made by the first store, for its owner alone, and read by the next`() async throws {
        try await withFolder { folder in
            let file = folder + "/timus.key"
            let first = try await Store.open(at: folder + "/timus.sqlite", vault: Vault.load(file: file))
            try await first.enableOkta(.acme, by: .system)
            await first.close()

            let again = try await Store.open(at: folder + "/timus.sqlite", vault: Vault.load(file: file))

            #expect(try await again.oktaCredentials() == .acme)
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            await again.close()
        }
    }

    @Test(arguments: [0o640, 0o604, 0o644, 0o660])
    func `that others may read is refused`(mode: Int) async throws {
        try await withFolder { folder in
            let file = folder + "/timus.key"
            let store = try await Store.open(at: ":memory:", vault: Vault.load(file: file))
            await store.close()
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)

            let error = #expect(throws: StoreError.self) { try Vault.load(file: file) }

            #expect(
                error?.errorDescription == "The key file \(file) cannot be used: others than its owner may read it."
            )
            #expect(error?.recoverySuggestion == "Run: chmod 600 \(file)")
        }
    }

    @Test func `that holds something else is refused`() async throws {
        try await withFolder { folder in
            let file = folder + "/timus.key"
            try "not a key".write(toFile: file, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)

            let error = #expect(throws: StoreError.self) { try Vault.load(file: file) }

            #expect(error?.errorDescription == "The key file \(file) cannot be used: it does not hold a key of Timus.")
        }
    }

    @Test func `that was lost is not made anew while secrets are sealed under it`() async throws {
        try await withFolder { folder in
            let file = folder + "/timus.key"
            let first = try await Store.open(at: folder + "/timus.sqlite", vault: Vault.load(file: file))
            try await first.enableOkta(.acme, by: .system)
            await first.close()
            try FileManager.default.removeItem(atPath: file)

            await #expect(throws: StoreError.wrongKey) {
                try await Store.open(at: folder + "/timus.sqlite", vault: Vault.load(file: file))
            }

            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }

    @Test func `that was lost is made anew where nothing is sealed`() async throws {
        try await withFolder { folder in
            let file = folder + "/timus.key"
            let first = try await Store.open(at: folder + "/timus.sqlite", vault: Vault.load(file: file))
            await first.close()
            try FileManager.default.removeItem(atPath: file)

            let again = try await Store.open(at: folder + "/timus.sqlite", vault: Vault.load(file: file))

            #expect(FileManager.default.fileExists(atPath: file))
            await again.close()
        }
    }

    @Test func `in a folder that is not there is one sentence`() async throws {
        try await withFolder { folder in
            let file = folder + "/nowhere/timus.key"

            let error = await #expect(throws: StoreError.self) {
                try await Store.open(at: ":memory:", vault: Vault.load(file: file))
            }

            #expect(
                error?.errorDescription?.hasPrefix("The key file \(file) cannot be used: it cannot be made") == true
            )
        }
    }
}

@Suite struct `Secrets in the database` {
    @Test(arguments: Backend.all)
    func `do not open when they are put in each other's place`(backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.enableOkta(.acme, by: .system)

            try await store.write { transaction throws(StoreError) in
                try transaction.run("UPDATE okta_integration SET client_secret = api_token, api_token = client_secret")
            }

            await #expect(
                throws: StoreError.unreadable("A sealed secret in okta_integration was changed, or belongs elsewhere.")
            ) {
                try await store.oktaCredentials()
            }
        }
    }

    @Test(arguments: Backend.all)
    func `do not open when an older one is put back`(backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.enableOkta(.acme, by: .system)
            let old = try await store.read { transaction throws(StoreError) in
                try transaction.row("SELECT api_token FROM okta_integration")?.text("api_token")
            }
            try await store.enableOkta(.globex, by: .system)
            #expect(try await store.oktaCredentials() == .globex)

            try await store.write { transaction throws(StoreError) in
                try transaction.run("UPDATE okta_integration SET api_token = \(old)")
            }

            await #expect(throws: StoreError.self) { try await store.oktaCredentials() }
        }
    }

    @Test(arguments: Backend.all)
    func `are refused to a program with another key`(backend: Backend) async throws {
        try await backend.withDatabase { location in
            let store = try await Store.open(at: location, vault: .ephemeral())
            try await store.enableOkta(.acme, by: .system)
            await store.close()

            await #expect(throws: StoreError.wrongKey) { try await Store.open(at: location, vault: .ephemeral()) }
        }
    }

    @Test func `are not in the file as they are`() async throws {
        try await withFolder { folder in
            let store = try await Store.open(at: folder + "/timus.sqlite", vault: .ephemeral())
            try await store.enableOkta(.acme, by: .system)
            await store.close()

            for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
                #expect(bytes.range(of: Data(OktaCredentials.acme.clientSecret.value.utf8)) == nil)
                #expect(bytes.range(of: Data(OktaCredentials.acme.apiToken.value.utf8)) == nil)
            }
        }
    }
}
