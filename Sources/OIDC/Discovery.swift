import Foundation

/// The provider's metadata, read once an hour; callers that come at once share one request.
///
/// While the provider is down, what it last said stays good for a day.
actor Discovery {
    private let issuer: String
    private let allowInsecureLoopback: Bool
    private let fetch: Fetch
    private let checks: Checks
    private let now: @Sendable () -> Date
    private var known: (metadata: ProviderMetadata, readAt: Date)?
    private var reading: Task<Result<ProviderMetadata, OIDCError>, Never>?

    init(
        issuer: String,
        allowInsecureLoopback: Bool,
        fetch: Fetch,
        checks: Checks,
        now: @escaping @Sendable () -> Date
    ) {
        self.issuer = issuer
        self.allowInsecureLoopback = allowInsecureLoopback
        self.fetch = fetch
        self.checks = checks
        self.now = now
    }

    func metadata() async throws(OIDCError) -> ProviderMetadata {
        if let known, now().timeIntervalSince(known.readAt) < 3600 { return known.metadata }
        let reading = self.reading ?? Task { await read() }
        self.reading = reading
        switch await reading.value {
        case .success(let metadata):
            return metadata
        case .failure(let error):
            guard error.mayPass, let known, now().timeIntervalSince(known.readAt) < 86_400 else { throw error }
            return known.metadata
        }
    }

    private func read() async -> Result<ProviderMetadata, OIDCError> {
        defer { reading = nil }
        do throws(OIDCError) {
            let address = try IssuerAddress(issuer, allowInsecureLoopback: allowInsecureLoopback)
            let document = try checks.require(.discoveryAnswer, await document(at: address))
            let metadata = try ProviderMetadata(document, at: address, checks: checks)
            known = (metadata, now())
            return .success(metadata)
        } catch {
            return .failure(error)
        }
    }

    private func document(at address: IssuerAddress) async -> Result<ProviderMetadata.Document, OIDCError> {
        do throws(OIDCError) {
            let answer = try await fetch.get(address.discoveryURL, upTo: 64 << 10)
            guard answer.status < 500 else {
                throw .providerUnavailable(host: address.host, status: answer.status)
            }
            guard answer.status == 200 else {
                throw .notProvider(host: address.host, cause: "HTTP status \(answer.status)")
            }
            guard let document = ProviderMetadata.Document(answer.body) else {
                throw .notProvider(host: address.host, cause: "no discovery document")
            }
            return .success(document)
        } catch {
            return .failure(error)
        }
    }
}

extension OIDCError {
    /// Whether it may go away by itself.
    var mayPass: Bool {
        switch self {
        case .unreachable, .timedOut, .providerUnavailable: true
        default: false
        }
    }
}
