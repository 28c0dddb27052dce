package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.YamlCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Conversations with the API, kept as files: a request is in lines that start with {@code >}, what
 * is answered in lines that start with {@code <}. A line {@code = NAME GROUP...} says who asks from
 * there on. Run with {@code -Dtranscripts.rewrite=true} to write down what is answered now, and
 * review the difference.
 */
class TranscriptTest {

    private static final Path FOLDER =
            Path.of("src/test/resources/dev/quilla/apiserver/transcript");

    private static final Pattern START = Pattern.compile("> (GET|POST|PUT|PATCH|DELETE) /");

    static Stream<String> scripts() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void answersAsWrittenDown(String script) throws Exception {
        Path file = FOLDER.resolve(script);
        String expected = Files.readString(file);
        String actual = play(expected.lines().toList());
        if (Boolean.getBoolean("transcripts.rewrite")) {
            Files.writeString(file, actual);
        } else {
            assertEquals(expected, actual);
        }
    }

    private static String play(List<String> script) throws InterruptedException {
        TestApi api = new TestApi();
        StringBuilder out = new StringBuilder();
        List<String> request = new ArrayList<>();
        for (String line : script) {
            if (line.startsWith("> ")) {
                if (START.matcher(line).lookingAt()) {
                    answer(api, request, out);
                }
                request.add(line.substring(2));
            } else {
                answer(api, request, out);
            }
            if (line.startsWith("=")) {
                List<String> who = List.of(line.substring(1).strip().split(" "));
                api.as(who.getFirst(), who.subList(1, who.size()));
            }
            if (!line.startsWith("<")) {
                out.append(line).append('\n');
            }
        }
        answer(api, request, out);
        return out.toString();
    }

    private static void answer(TestApi api, List<String> request, StringBuilder out)
            throws InterruptedException {
        if (request.isEmpty()) {
            return;
        }
        String[] first = request.getFirst().split(" ");
        String type = first.length > 2 ? first[2] : "application/yaml";
        String body = String.join("\n", request.subList(1, request.size()));
        request.clear();
        try {
            write(api.call(first[0], first[1], type, body), out);
        } catch (ApiException e) {
            out.append("< ").append(e.code()).append('\n');
            yaml(e.status().struct(), out);
        }
    }

    private static void write(ApiReply reply, StringBuilder out) throws InterruptedException {
        switch (reply) {
            case ApiReply.OfStruct object -> {
                out.append("< ").append(object.code()).append('\n');
                warnings(object.warnings(), out);
                yaml(object.struct(), out);
            }
            case ApiReply.OfStored stored -> {
                out.append("< ").append(stored.code()).append('\n');
                warnings(stored.warnings(), out);
                yaml(stored.object().object(), out);
            }
            case ApiReply.OfList list -> {
                out.append("< 200\n");
                warnings(list.warnings(), out);
                yaml(list.list().object(), out);
            }
            case ApiReply.OfBytes bytes -> out.append("< ").append(bytes.bytes()).append('\n');
            case ApiReply.OfWatch watch -> {
                out.append("< 200\n");
                warnings(watch.warnings(), out);
                events(watch.source(), out);
                watch.source().close();
            }
        }
    }

    private static void warnings(List<String> warnings, StringBuilder out) {
        warnings.forEach(w -> out.append("< Warning: ").append(w).append('\n'));
    }

    private static void events(ApiReply.EventSource source, StringBuilder out)
            throws InterruptedException {
        Optional<List<ApiReply.EventSource.Frame>> frames = source.next(Duration.ZERO);
        while (frames.isPresent() && !frames.get().isEmpty()) {
            for (ApiReply.EventSource.Frame frame : frames.get()) {
                out.append("< ")
                        .append(frame.type())
                        .append(' ')
                        .append(frame.object().text("metadata", "name"))
                        .append(" at ")
                        .append(frame.object().text("metadata", "resourceVersion"))
                        .append('\n');
            }
            frames = source.next(Duration.ZERO);
        }
    }

    private static void yaml(Struct struct, StringBuilder out) {
        YamlCodec.write(JsonCodec.toTree(struct))
                .lines()
                .forEach(line -> out.append("<   ").append(line).append('\n'));
    }
}
