// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is compiled with.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// Outside packages, each with half a page in docs/decisions.
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "timus",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "timus", targets: ["Server"]),
        .executable(name: "timus-connect", targets: ["Connect"]),
        .executable(name: "timus-gateway", targets: ["Gateway"]),
        .executable(name: "okta-simulator", targets: ["SimulatorCommand"]),
        .library(name: "OktaSimulator", targets: ["OktaSimulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // Row 0: values and protocols' edges; none imports another of ours.
        .target(name: "Directory", swiftSettings: strict),
        .target(
            name: "Okta",
            dependencies: [asyncHTTPClient, logging, nioCore, nioHTTP1, nioPosix, nioSSL],
            swiftSettings: strict
        ),
        .target(
            name: "OIDC",
            dependencies: [asyncHTTPClient, jwtKit, crypto, nioCore, nioHTTP1, nioSSL],
            swiftSettings: strict
        ),
        .target(name: "WebUI", resources: [.embedInCode("Assets")], swiftSettings: strict),
        .target(name: "ConnectAPI", dependencies: [crypto], swiftSettings: strict),
        .target(name: "GatewayAPI", swiftSettings: strict),
        .target(
            name: "OktaSimulator",
            dependencies: [
                asyncHTTPClient, hummingbird, hummingbirdCore, httpTypes, crypto, cryptoExtras, logging, nioCore,
                nioHTTP1, nioPosix, serviceLifecycle,
            ],
            resources: [.embedInCode("Assets")],
            swiftSettings: strict
        ),

        // Row 1: what we decide.
        .target(name: "Access", dependencies: ["Directory"], swiftSettings: strict),

        // Row 2: what is kept.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "Storage",
            dependencies: ["Directory", "Access", "CLibPQ", grdb, grdbSQLite, crypto, cryptoExtras, nioPosix],
            swiftSettings: strict
        ),

        // Row 3: what happens on its own, and who comes in.
        .target(
            name: "Sync",
            dependencies: ["Directory", "Access", "Okta", "Storage", asyncHTTPClient, serviceLifecycle, logging],
            swiftSettings: strict
        ),
        .target(
            name: "SignIn",
            dependencies: [
                "Directory", "Access", "OIDC", "Okta", "Storage", "WebUI", "ConnectAPI", asyncHTTPClient, hummingbird,
                httpTypes, crypto, logging, nioCore, nioHTTPTypes,
            ],
            swiftSettings: strict
        ),

        .target(
            name: "Tunnels",
            dependencies: ["Access", "Storage", logging, serviceLifecycle],
            swiftSettings: strict
        ),

        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(
            name: "Notify",
            dependencies: [
                "Directory", "Okta", "Storage", "CCurl", asyncHTTPClient, crypto, logging, nioCore, nioHTTP1, nioPosix,
                serviceLifecycle,
            ],
            swiftSettings: strict
        ),

        // Row 4: the pages and the APIs.
        .target(
            name: "Manager",
            dependencies: [
                "Directory", "Access", "Okta", "OIDC", "Storage", "Sync", "SignIn", "Notify", "WebUI", asyncHTTPClient,
                hummingbird,
                httpTypes, logging, nioCore,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ConnectServer",
            dependencies: [
                "Directory", "Access", "Storage", "SignIn", "Tunnels", "ConnectAPI", hummingbird, httpTypes, logging,
                nioCore, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatewayServer",
            dependencies: [
                "Directory", "Access", "Storage", "SignIn", "Tunnels", "GatewayAPI", hummingbird, httpTypes, logging,
                nioCore, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "OktaEvents",
            dependencies: [
                "Directory", "Storage", "Sync", "SignIn", crypto, hummingbird, httpTypes, logging, nioCore,
                serviceLifecycle,
            ],
            swiftSettings: strict
        ),

        // Row 5: the programs.
        .executableTarget(
            name: "Server",
            dependencies: [
                "Directory", "Access", "Okta", "OIDC", "Storage", "Sync", "SignIn", "Notify", "Manager",
                "Tunnels", "ConnectServer", "GatewayServer", "OktaEvents", "OktaSimulator", hummingbird,
                argumentParser,
                asyncHTTPClient,
                crypto, serviceLifecycle, unixSignals, logging, nioCore, nioPosix, nioSSL, hummingbirdCore,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Connect",
            dependencies: [
                "ConnectAPI", "WebUI", argumentParser, asyncHTTPClient, crypto, hummingbird, httpTypes, logging,
                nioCore,
                nioHTTP1, nioSSL, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Gateway",
            dependencies: [
                "GatewayAPI", argumentParser, asyncHTTPClient, crypto, logging, nioCore, nioHTTP1, nioSSL, unixSignals,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "SimulatorCommand",
            dependencies: ["OktaSimulator", argumentParser, logging, serviceLifecycle, unixSignals],
            swiftSettings: strict
        ),

        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .testTarget(name: "DirectoryTests", dependencies: ["Directory"], swiftSettings: strict),
        .testTarget(name: "AccessTests", dependencies: ["Access", "Directory"], swiftSettings: strict),
        .testTarget(
            name: "OktaTests",
            dependencies: [
                "Okta", "OktaSimulator", asyncHTTPClient, hummingbird, httpTypes, logging, nioCore, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OIDCTests",
            dependencies: [
                "OIDC", "OktaSimulator", asyncHTTPClient, crypto, cryptoExtras, hummingbird, httpTypes, logging,
                nioCore,
                nioHTTP1,
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "WebUITests", dependencies: ["WebUI"], swiftSettings: strict),
        .testTarget(
            name: "OktaSimulatorTests",
            dependencies: [
                "OktaSimulator", asyncHTTPClient, hummingbird, hummingbirdTesting, httpTypes, logging, nioCore,
                nioHTTP1, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Storage", "Directory", "Access", crypto, logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SyncTests",
            dependencies: [
                "Sync", "Directory", "Access", "Okta", "Storage", "OktaSimulator", asyncHTTPClient, hummingbird,
                logging, nioCore, nioHTTP1, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "NotifyTests",
            dependencies: [
                "Notify", "Directory", "Okta", "Storage", asyncHTTPClient, crypto, hummingbird, httpTypes, logging,
                nioCore, nioPosix, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "Manager", "Notify", "SignIn", "Tunnels", "ConnectServer", "GatewayServer", "GatewayAPI",
                "OktaEvents", "Storage",
                "Sync",
                "Directory", "Access", "Okta",
                "OIDC", "OktaSimulator", "WebUI", "ConnectAPI", asyncHTTPClient, crypto, hummingbird,
                hummingbirdTesting,
                httpTypes, logging, nioCore, nioHTTP1, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "GatewayTests", dependencies: ["Gateway", "GatewayAPI"], swiftSettings: strict),
        .testTarget(
            name: "ConnectTests",
            dependencies: [
                "Connect", "ConnectAPI", "WebUI", asyncHTTPClient, crypto, hummingbird, nioCore, nioHTTP1,
            ],
            swiftSettings: strict
        ),
    ]
)

// What `bin/fuzz` builds, and what replays its texts in the tests, are the same files; only one of them is there at a time.
if Context.environment["TIMUS_FUZZ"] == nil {
    package.targets.append(
        .testTarget(
            name: "FuzzTests",
            dependencies: ["Directory", "OIDC", "Okta", "SignIn"],
            path: "Tests/Fuzz",
            exclude: ["Fuzz.swift", "Corpus"],
            swiftSettings: strict
        )
    )
} else {
    package.products.append(.executable(name: "timus-fuzz", targets: ["Fuzz"]))
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: ["Directory", "OIDC", "Okta", "SignIn"],
            path: "Tests/Fuzz",
            exclude: ["ReplayTests.swift", "Corpus"],
            swiftSettings: strict
        )
    )
}
