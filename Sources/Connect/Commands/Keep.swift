import ArgumentParser
import ConnectAPI
import Dispatch
import Foundation

extension TimusConnect {
    /// What stays when `connect` has ended. Standard input and output lead to the root helper; descriptor 3 tells which connection
    /// it is, and 4 is the folder's lock.
    struct Keep: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a tunnel, for timus-connect connect.",
            shouldDisplay: false
        )

        @OptionGroup var common: CommonOptions

        func run() async throws {
            for ignored in [SIGPIPE, SIGHUP, SIGINT] { signal(ignored, SIG_IGN) }
            chdir("/")
            let folder = common.folder
            guard isatty(STDIN_FILENO) == 0,
                let told = try? FileHandle(fileDescriptor: 3).readToEnd(),
                let connection = try? ConnectJSON.message(OpenConnection.self, from: told),
                let session = try folder.read(SavedSession.self, from: SavedSession.file)
            else {
                throw ConnectError.wrongUse(
                    "keep is for timus-connect itself",
                    hint: "See timus-connect connect --help"
                )
            }
            let helper = Helper(input: STDIN_FILENO, output: STDOUT_FILENO)
            let keeper = Keeper(connection, for: session, in: folder, helper: helper)
            let (ends, end) = Self.signals(SIGTERM)
            let (calls, call) = Self.signals(SIGUSR1)
            await keeper.run(until: ends, called: calls)
            for source in [end, call] { source.cancel() }
        }

        private static func signals(_ number: Int32) -> (AsyncStream<Void>, any DispatchSourceSignal) {
            let (signals, one) = AsyncStream.makeStream(of: Void.self)
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { one.yield() }
            source.resume()
            return (signals, source)
        }
    }
}
