package dev.quilla.ctl.failure;

import dev.quilla.client.TransportException;
import dev.quilla.client.WatchEndedException;
import dev.quilla.client.kubeconfig.KubeconfigException;
import dev.quilla.model.ApiException;
import dev.quilla.model.codec.DecodeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Failures in words: one line that says what is wrong, and what to do where that is known. */
public final class Failures {

    private static final String PREFIX = "quilla: ";

    private Failures() {}

    /** The line for a failure. */
    public static String line(Throwable failure) {
        return PREFIX + words(failure);
    }

    /** The line for a failure with one of several things. */
    public static String line(Throwable failure, String what) {
        String words = words(failure);
        return PREFIX + (words.contains(what) ? words : what + ": " + words);
    }

    private static String words(Throwable failure) {
        return switch (failure) {
            case ApiException e -> refusal(e);
            case TransportException e ->
                    "no master answers (%s): is the cluster up? see quilla status"
                            .formatted(e.getMessage());
            case WatchEndedException e -> "the server ended the watch: " + e.getMessage();
            case KubeconfigException e -> "the kubeconfig is no use: " + e.getMessage();
            case NoSuchFileException e -> "there is no file " + e.getMessage();
            case AccessDeniedException e -> "no permission for " + e.getMessage();
            case UsageException e -> String.valueOf(e.getMessage());
            case CommandException e -> String.valueOf(e.getMessage());
            case DecodeException e -> "the server sent something odd: " + e.getMessage();
            case UncheckedIOException e -> String.valueOf(e.getMessage());
            case IOException e -> String.valueOf(e.getMessage());
            default -> "unexpected failure: " + failure;
        };
    }

    private static String refusal(ApiException e) {
        String message = e.getMessage().replace('\n', ' ');
        return switch (e.code()) {
            case 401 ->
                    "the server does not know you: the kubeconfig's user has no valid credentials";
            case 403 -> message + " (ask whoever runs the cluster for a role that allows it)";
            default -> message;
        };
    }
}
