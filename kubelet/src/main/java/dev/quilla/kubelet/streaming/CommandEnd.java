package dev.quilla.kubelet.streaming;

/**
 * How a program that ran for a client ended.
 *
 * @param exitCode 128 + number when a signal ended it
 */
record CommandEnd(int exitCode) {

    /** As a {@code Status}, which clients read that know exit codes. */
    String json() {
        return exitCode == 0
                ? "{\"metadata\":{},\"status\":\"Success\"}"
                : """
                {"metadata":{},"status":"Failure","message":"%s","reason":"NonZeroExitCode",\
                "details":{"causes":[{"reason":"ExitCode","message":"%d"}]}}\
                """
                        .formatted(message(), exitCode);
    }

    /** As the text of an error, for older clients; empty if all went well. */
    String text() {
        return exitCode == 0 ? "" : message();
    }

    private String message() {
        return "command terminated with non-zero exit code: exit status " + exitCode;
    }
}
