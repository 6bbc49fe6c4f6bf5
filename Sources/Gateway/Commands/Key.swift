import ArgumentParser
import Crypto
import Foundation

extension TimusGateway {
    /// Makes the gateway's WireGuard key. The private half stays in its file; the public half goes into Manager.
    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make this gateway's key and print its public key.")

        @Argument(help: "The file for the private key. One that is there already is kept, and its public key printed.")
        var file: String

        func run() throws {
            if !FileManager.default.fileExists(atPath: file) {
                var bytes = [UInt8](Curve25519.KeyAgreement.PrivateKey().rawRepresentation)
                // Clamped as `wg genkey` does (RFC 7748 §5).
                bytes[0] &= 248
                bytes[31] = (bytes[31] & 127) | 64
                try PrivateFile.write(Data(bytes).base64EncodedString() + "\n", to: file)
            }
            let text = try PrivateFile.firstLine(of: file)
            guard let bytes = Data(base64Encoded: text),
                let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
            else { throw GatewayError.cannotRead(path: file, cause: "it holds no WireGuard key") }
            print(key.publicKey.rawRepresentation.base64EncodedString())
        }
    }
}
