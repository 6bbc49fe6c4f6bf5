import ArgumentParser
import Foundation
import SignIn

/// How browsers reach the server: through TLS of its own, or through proxies.
struct EdgeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve https with this certificate chain in PEM; read again when it changes. [TIMUS_TLS_CERTIFICATE]",
            valueName: "path"
        )
    )
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The key of the certificate, in PEM. [TIMUS_TLS_KEY]", valueName: "path"))
    var tlsKey: String?

    @Option(
        name: .customLong("trusted-proxy"),
        help: ArgumentHelp(
            "A proxy whose X-Forwarded-For is believed; may be given several times. [TIMUS_TRUSTED_PROXIES, with commas]",
            valueName: "address|range"
        )
    )
    var proxies: [String] = []

    func validate() throws {
        for typed in proxies where TrustedProxies.Range(typed) == nil {
            throw ValidationError("--trusted-proxy is an address or a range such as 10.0.0.0/8, and not “\(typed)”.")
        }
    }

    /// nil where the server speaks plain HTTP.
    ///
    /// - Throws: ``Failure`` where one of the two files is named without the other.
    func certificate() throws -> CertificateFiles? {
        let certificate = tlsCertificate ?? Environment["TIMUS_TLS_CERTIFICATE"]
        let key = tlsKey ?? Environment["TIMUS_TLS_KEY"]
        switch (certificate, key) {
        case (let certificate?, let key?): return CertificateFiles(certificate: certificate, key: key)
        case (nil, nil): return nil
        case (_?, nil):
            throw Failure.usage("There is a certificate and no key.", hint: "Name the key with --tls-key.")
        case (nil, _?):
            throw Failure.usage(
                "There is a key and no certificate.",
                hint: "Name the certificate with --tls-certificate."
            )
        }
    }

    func trustedProxies() throws -> TrustedProxies {
        guard proxies.isEmpty, let typed = Environment["TIMUS_TRUSTED_PROXIES"] else {
            return TrustedProxies(proxies.compactMap { TrustedProxies.Range($0) })
        }
        return TrustedProxies(
            try typed.split(separator: ",").map { part in
                let text = part.trimmingCharacters(in: .whitespaces)
                guard let range = TrustedProxies.Range(text) else {
                    throw Failure.usage(
                        "TIMUS_TRUSTED_PROXIES holds “\(text)”, which is no address and no range of addresses.",
                        hint: "Set it to addresses or ranges such as 10.0.0.0/8, with commas between."
                    )
                }
                return range
            }
        )
    }
}
