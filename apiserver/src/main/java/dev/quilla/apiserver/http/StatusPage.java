package dev.quilla.apiserver.http;

import dev.quilla.apiserver.http.Representation.Possible;
import dev.quilla.apiserver.http.Representation.Shape;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What runs here and since when, at {@code /statusz}: to be read by people, and by machines that
 * ask for it as {@code Statusz}. Thread-safe.
 */
final class StatusPage {

    private static final String TEXT = "text/plain";
    private static final List<String> PATHS =
            List.of("/healthz", "/livez", "/metrics", "/readyz", "/statusz", "/version");
    private static final Possible STRUCTURED =
            new Possible(false, Set.of(Shape.STATUS_PAGE), false, List.of());

    /** What the text is sent to. */
    private static final Set<String> READERS = Set.of("", "*/*", TEXT, "text/*");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss 'UTC' yyyy", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private final Instant started;

    /** Of what starts now. */
    StatusPage(InstantSource clock) {
        this.clock = clock;
        this.started = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * Answers in the form that is wanted.
     *
     * @throws dev.quilla.model.ApiException not acceptable, if there is none of those
     */
    void answer(HttpExchange exchange, String accept) throws IOException {
        Optional<Representation> form =
                accept.isBlank() ? Optional.empty() : Representation.find(accept, STRUCTURED);
        if (form.isPresent()) {
            byte[] content = ObjectEncoder.discovery(form.get().media(), tree(form.get()));
            respond(
                    exchange,
                    form.get().contentType(),
                    form.get().media() == Representation.Media.JSON
                            ? IndentedJson.of(content)
                            : content);
            return;
        }
        boolean text =
                Arrays.stream(accept.split(","))
                        .map(entry -> entry.split(";", 2)[0].strip())
                        .anyMatch(READERS::contains);
        if (!text) {
            throw ApiErrors.notAcceptable("application/json, application/yaml, " + TEXT);
        }
        respond(exchange, TEXT + "; charset=utf-8", text().getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, @Nullable Object> tree(Representation form) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("kind", "Statusz");
        tree.put("apiVersion", "config.k8s.io/" + form.version());
        tree.put("metadata", Map.of("name", "apiserver"));
        tree.put("startTime", started.toString());
        tree.put("uptimeSeconds", up().toSeconds());
        tree.put("goVersion", Health.GO_VERSION);
        tree.put("binaryVersion", Health.RELEASE);
        tree.put("emulationVersion", Health.RELEASE);
        tree.put("paths", PATHS);
        return tree;
    }

    private String text() {
        Duration up = up();
        return """

        apiserver statusz
        Warning: this page is for people to look at; its form may change at any time.

        Started: %s
        Up: %d hr %02d min %02d sec
        Java version: %s
        Binary version: %s
        Emulation version: %s
        Paths: %s
        """
                .formatted(
                        TIME.format(started),
                        up.toHours(),
                        up.toMinutesPart(),
                        up.toSecondsPart(),
                        Runtime.version(),
                        Health.RELEASE,
                        Health.RELEASE,
                        String.join(" ", PATHS));
    }

    private Duration up() {
        return Duration.between(started, clock.instant());
    }

    private static void respond(HttpExchange exchange, String type, byte[] content)
            throws IOException {
        exchange.respond(200, Headers.of("Content-Type", type), content);
    }
}
