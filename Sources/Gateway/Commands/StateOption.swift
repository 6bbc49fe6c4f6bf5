import ArgumentParser

/// Where the gateway is kept.
struct StateOption: ParsableArguments {
    @Option(
        name: .customLong("state"),
        help: ArgumentHelp("The folder with the gateway's key and settings.", valueName: "folder")
    )
    private var path: String = StateFolder.usual

    var folder: StateFolder { StateFolder(path: path) }
}
