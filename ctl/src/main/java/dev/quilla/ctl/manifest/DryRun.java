package dev.quilla.ctl.manifest;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.failure.UsageException;
import java.util.List;
import picocli.CommandLine.Option;

/** The option to change nothing. */
final class DryRun {

    @Option(
            names = "--dry-run",
            arity = "0..1",
            fallbackValue = "client",
            paramLabel = "none|client|server",
            description = "Change nothing: client only says what it would do, server tries it.")
    private String mode = "none";

    void check() {
        if (!List.of("none", "client", "server").contains(mode)) {
            throw new UsageException("--dry-run is none, client or server");
        }
    }

    /** Whether the server is not even asked. */
    boolean isHere() {
        return mode.equals("client");
    }

    /** The request that the server only tries, where that is asked for. */
    ApiRequest of(ApiRequest request) {
        return mode.equals("server") ? request.withQuery("dryRun", "All") : request;
    }

    /** What is said behind "created" and the like. */
    String suffix() {
        return switch (mode) {
            case "client" -> " (dry run)";
            case "server" -> " (server dry run)";
            default -> "";
        };
    }
}
