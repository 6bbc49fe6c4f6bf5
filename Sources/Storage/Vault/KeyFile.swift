import Crypto
import Foundation
import Glibc

/// The file with the vault's key: one line, base64, readable by its owner alone.
struct KeyFile {
    let path: String

    /// nil where there is no such file.
    func read() throws(StoreError) -> SymmetricKey? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw refusal(String(cString: strerror(errno)), "Give Timus the right to read \(path).")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw refusal("others than its owner may read it", "Run: chmod 600 \(path)")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw refusal("it cannot be read", "Give Timus the right to read \(path).")
        }
        guard let bytes = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)), bytes.count == 32
        else { throw refusal("it does not hold a key of Timus", "Put the right key file back from your backup.") }
        return SymmetricKey(data: bytes)
    }

    /// Makes the file, and never writes over one that is there with another key.
    func write(_ key: SymmetricKey) throws(StoreError) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == EEXIST {
            if try read() == key { return }
            throw refusal("another program has just made it", "Start again.")
        }
        guard descriptor >= 0 else {
            throw refusal(
                "it cannot be made (\(String(cString: strerror(errno))))",
                "Make the folder, or name another key file that Timus may write."
            )
        }
        let line = Array((key.withUnsafeBytes { Data($0) }.base64EncodedString() + "\n").utf8)
        let written = Glibc.write(descriptor, line, line.count)
        let synced = fsync(descriptor)
        close(descriptor)
        guard written == line.count, synced == 0 else {
            unlink(path)
            throw refusal("it cannot be written", "Free space on the disk, and try again.")
        }
    }

    private func refusal(_ cause: String, _ remedy: String) -> StoreError {
        .keyFile(path: path, cause: cause, remedy: remedy)
    }
}
