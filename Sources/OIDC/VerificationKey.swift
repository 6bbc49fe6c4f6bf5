import Foundation
import JWTKit

/// A public key of the provider, fixed to the one algorithm that it verifies.
///
/// JWTKit lets the first token choose the algorithm of a key that names none; here each key has its own from the start.
struct VerificationKey: Sendable {
    let algorithm: SignatureAlgorithm
    private let verifier: any JWTAlgorithm

    func verifies(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        (try? verifier.verify(signature, signs: text)) ?? false
    }

    init?(_ key: JWK, algorithm: SignatureAlgorithm) async {
        let collection = JWTKeyCollection()
        guard (try? await collection.add(jwk: key)) != nil,
            let verifier = try? await collection.getKey(for: key.keyIdentifier, alg: algorithm.rawValue)
        else { return nil }
        self.verifier = verifier
        self.algorithm = algorithm
    }
}
