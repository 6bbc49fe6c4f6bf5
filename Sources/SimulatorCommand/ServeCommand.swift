import ArgumentParser
import Foundation
import Logging
import OktaSimulator
import ServiceLifecycle
import UnixSignals

/// Serves an org until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve an org: the sample org Acme, or one of any size.",
        discussion: """
            The org comes with an app integration "Timus", which may read users and groups and is given to everyone, \
            and with an API token. It tells event hooks what happens, at https:// addresses and at http:// ones on this \
            machine. Below /simulator/v1/ it can be made to go wrong. Nothing is kept when the program ends.
            """
    )

    @Option(help: "The port to listen on, on 127.0.0.1; 0 for any free one.")
    var port = 8081

    @Option(help: "How many people to make, beside the administrator.")
    var users: Int?

    @Option(help: "How many groups to make, beside Everyone.")
    var groups: Int?

    @Option(help: "The same seed makes the same people and groups.")
    var seed: UInt64 = 1

    @Option(help: "How many memberships to make in these groups, spread evenly.")
    var memberships: Int?

    @Option(
        help: "Okta's rate limits for an org of this kind: none, integrator, enterprise or workforce.",
        transform: rateLimits
    )
    var rateLimits = Org.RateLimits.workforce

    @Option(help: "Percent of each rate limit that the API token may use.")
    var tokenCapacity = 50

    @Option(name: .customLong("redirect-uri"), help: "The sign-in redirect URI of the app integration.")
    var redirectURI = "http://127.0.0.1:8080/user/external"

    @Flag(help: "Print one line of JSON when ready.")
    var json = false

    private static func rateLimits(_ name: String) throws -> Org.RateLimits {
        guard let limits = Org.RateLimits(rawValue: name) else {
            throw ValidationError("--rate-limits must be none, integrator, enterprise or workforce.")
        }
        return limits
    }

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be a number from 0 to 65535.") }
        guard (users ?? 0) >= 0, (groups ?? 0) >= 0 else {
            throw ValidationError("--users and --groups must not be negative.")
        }
        if let memberships {
            guard let users, let groups else {
                throw ValidationError("--memberships needs --users and --groups.")
            }
            let most = users.multipliedReportingOverflow(by: groups)
            guard memberships >= 0, most.overflow || memberships <= most.partialValue else {
                throw ValidationError("--memberships must be from 0 to the number of users times that of groups.")
            }
        }
        guard (1...100).contains(tokenCapacity) else {
            throw ValidationError("--token-capacity must be a number from 1 to 100.")
        }
    }

    func run() async throws {
        let org =
            users == nil && groups == nil
            ? Org.acme(rateLimits: rateLimits, tokenCapacity: tokenCapacity)
            : Org.generated(
                people: users ?? 200,
                groups: groups ?? 12,
                memberships: memberships,
                seed: seed,
                rateLimits: rateLimits,
                tokenCapacity: tokenCapacity
            )
        let integration = try org.integrateTimus(redirectURI: redirectURI)
        let json = json
        let simulator = try Simulator(org: org, port: port) { origin in
            let ready = Announcement(origin: origin, org: org, integration: integration)
            print(json ? ready.json : ready.text)
            fflush(nil)
        }
        var configuration = ServiceGroupConfiguration(
            services: [simulator],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "okta-simulator") { _ in SwiftLogNoOpLogHandler() }
        )
        configuration.maximumGracefulShutdownDuration = .seconds(4)
        try await ServiceGroup(configuration: configuration).run()
    }
}
