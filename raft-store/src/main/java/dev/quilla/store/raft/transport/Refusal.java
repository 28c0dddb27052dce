package dev.quilla.store.raft.transport;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;

/** Why a request was not answered, as text: {@code KIND: message}. */
final class Refusal {

    /** What callers tell apart; everything else is an {@link IOException}. */
    private static final Map<String, Function<String, IOException>> KINDS =
            Map.of(
                    "ReconfigurationInProgressException",
                    ReconfigurationInProgressException::new,
                    "ReconfigurationTimeoutException",
                    ReconfigurationTimeoutException::new,
                    "ResourceUnavailableException",
                    ResourceUnavailableException::new,
                    "SetConfigurationException",
                    SetConfigurationException::new);

    private static final String BETWEEN = ": ";

    private Refusal() {}

    static boolean isKnown(Throwable why) {
        return KINDS.containsKey(why.getClass().getSimpleName());
    }

    static String write(Throwable why) {
        Throwable root = why;
        while ((root instanceof CompletionException || root instanceof ExecutionException)
                && root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + BETWEEN + root.getMessage();
    }

    static IOException read(String address, String text) {
        int end = text.indexOf(BETWEEN);
        Function<String, IOException> kind = end < 0 ? null : KINDS.get(text.substring(0, end));
        return kind == null
                ? new IOException(address + BETWEEN + text)
                : kind.apply(text.substring(end + BETWEEN.length()));
    }
}
