import Crypto
public import Foundation

/// Seals secrets before they are kept: AES-256-GCM under a key that is not in the database.
///
/// A sealed text is `v1.<key id>.<base64url of nonce, ciphertext and tag>` and bound to its place: moved to another
/// row, column or organisation, or replaced by an older version of itself, it does not open.
public struct Vault: Sendable {
    /// The first eight hexadecimal digits of the key's SHA-256.
    public let keyID: String
    private let key: SymmetricKey
    /// Set where the key was just made and is not in its file yet: ``keep()`` puts it there.
    let newKeyFile: String?

    private init(key: SymmetricKey, newKeyFile: String? = nil) {
        self.key = key
        self.newKeyFile = newKeyFile
        keyID = key.withUnsafeBytes { bytes in
            SHA256.hash(data: bytes).prefix(4).map { String(format: "%02x", $0) }.joined()
        }
    }

    /// A vault whose key is 32 random or well-kept bytes.
    public init(keyBytes: Data) throws(StoreError) {
        guard keyBytes.count == 32 else { throw .wrongKey }
        self.init(key: SymmetricKey(data: keyBytes))
    }

    /// A vault with a new key that nothing keeps: for tests.
    public static func ephemeral() -> Vault {
        Vault(key: SymmetricKey(size: .bits256))
    }

    /// The vault whose key is in `file`. Where there is no such file, a new key is made; ``Store/open(at:organisation:vault:now:)``
    /// writes it, and only if nothing in the database is sealed under another one.
    public static func load(file: String) throws(StoreError) -> Vault {
        switch try KeyFile(path: file).read() {
        case let key?: Vault(key: key)
        case nil: Vault(key: SymmetricKey(size: .bits256), newKeyFile: file)
        }
    }

    /// Writes a key that was just made to its file.
    func keep() throws(StoreError) {
        guard let newKeyFile else { return }
        try KeyFile(path: newKeyFile).write(key)
    }

    func seal(_ secret: Secret, for place: SealedPlace) throws(StoreError) -> String {
        do {
            let box = try AES.GCM.seal(Data(secret.value.utf8), using: key, authenticating: place.data(keyID: keyID))
            guard let combined = box.combined else { throw StoreError.wrongKey }
            return "v1.\(keyID).\(combined.base64URLEncoded)"
        } catch {
            throw .unreadable("A secret could not be sealed.")
        }
    }

    /// - Throws: ``StoreError/wrongKey`` where the text was sealed under another key, ``StoreError/unreadable(_:)``
    ///   where it was changed or is not of this place.
    func open(_ sealed: String, for place: SealedPlace) throws(StoreError) -> Secret {
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "v1", let data = Data(base64URLEncoded: String(parts[2])) else {
            throw .unreadable("A sealed secret has another form than this version writes.")
        }
        guard parts[1] == keyID else { throw .wrongKey }
        do {
            let box = try AES.GCM.SealedBox(combined: data)
            let opened = try AES.GCM.open(box, using: key, authenticating: place.data(keyID: keyID))
            return Secret(String(decoding: opened, as: UTF8.self))
        } catch {
            throw .unreadable("A sealed secret in \(place.table) was changed, or belongs elsewhere.")
        }
    }
}
