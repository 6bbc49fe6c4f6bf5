import Dispatch
import Foundation

/// The parser that `bin/fuzz` named.
private let parser: Parser = {
    let name = ProcessInfo.processInfo.environment["TIMUS_FUZZ_PARSER"] ?? ""
    guard let parser = Parser(rawValue: name) else {
        FileHandle.standardError.write(Data("error: there is no parser named \(name)\n".utf8))
        exit(2)
    }
    return parser
}()

/// What libFuzzer calls, with one text after another.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
        await parser.read(bytes)
        isDone.signal()
    }
    isDone.wait()
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ readsOne: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Where the program begins: Swift's package manager links an executable in debug by this name, not by libFuzzer's `main`.
@_cdecl("Fuzz_main")
public func begin(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, fuzzOneInput)
}
