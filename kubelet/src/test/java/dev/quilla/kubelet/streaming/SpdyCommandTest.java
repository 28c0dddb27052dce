package dev.quilla.kubelet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.streaming.RemoteCommand.Streams;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySessionStatus;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpdyCommandTest {

    private static final Streams ALL = new Streams(true, true, true, false);
    private static final Streams TERMINAL = new Streams(true, true, false, true);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String V4 = "v4.channel.k8s.io";

    private final SpdyClient client = new SpdyClient();
    private final FakeProgram program = new FakeProgram();
    private final CompletableFuture<Void> served = new CompletableFuture<>();

    @Test
    void joinsAllStreamsAndTellsTheExitCode() throws Exception {
        serve(V4, ALL, LONG);
        open("error", "stdin", "stdout", "stderr");
        client.data(3, "question".getBytes(UTF_8), true);
        assertEquals("question", new String(program.input.readAllBytes(), UTF_8));
        program.prints("answer");
        program.complains("warning");
        program.exits(3);

        Map<Integer, String> said = untilEndOf(1, 5, 7);
        assertEquals("answer", said.get(5));
        assertEquals("warning", said.get(7));
        assertEquals(
                "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"command terminated with"
                        + " non-zero exit code: exit status 3\",\"reason\":\"NonZeroExitCode\","
                        + "\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"3\"}]}}",
                said.get(1));
        assertFalse(served.isDone(), "the client may take its time to read");
        client.close();
        served.get();
    }

    @Test
    void olderVersionsAreToldAFailureAsText() throws Exception {
        serve("channel.k8s.io", new Streams(false, true, false, false), LONG);
        open("error", "stdout");
        program.exits(1);
        assertEquals(
                "command terminated with non-zero exit code: exit status 1",
                untilEndOf(1, 3).get(1));
    }

    @Test
    void olderVersionsAreToldNothingOfSuccess() throws Exception {
        serve("v3.channel.k8s.io", new Streams(false, true, false, false), LONG);
        open("error", "stdout");
        program.exits(0);
        assertEquals("", untilEndOf(1, 3).get(1));
    }

    @Test
    void theTerminalGetsItsSizesHoweverTheyAreCut() throws Exception {
        serve(V4, TERMINAL, LONG);
        open("error", "stdin", "stdout", "resize");
        client.data(7, "{\"Width\":80,\"Height\":24}\n{\"Wid".getBytes(UTF_8), false);
        assertEquals("80x24", size());
        client.data(7, "th\":100,\"Height\":30}\n".getBytes(UTF_8), false);
        assertEquals("100x30", size());
    }

    @Test
    void aSizeThatIsNoneLeavesTheProgramAlone() throws Exception {
        serve(V4, TERMINAL, LONG);
        open("error", "stdin", "stdout", "resize");
        client.data(7, "nonsense}".getBytes(UTF_8), false);
        assertEquals(7, client.next(SpdyRstStreamFrame.class).streamId());
        program.prints("here");
        assertEquals("here", client.next(SpdyDataFrame.class).content().toString(UTF_8));
    }

    @Test
    void aSizeWithoutAnEndIsNotGathered() throws Exception {
        serve(V4, TERMINAL, LONG);
        open("error", "stdin", "stdout", "resize");
        client.data(7, new byte[4096], false);
        assertEquals(7, client.next(SpdyRstStreamFrame.class).streamId());
    }

    @Test
    void refusesStreamsThatWereNotAskedForOrAreThereAlready() throws Exception {
        serve(V4, new Streams(false, true, false, false), LONG);
        open("error", "stdin");
        assertReset(3);
        client.open(5, Map.of("streamtype", "error"));
        assertReset(5);
        client.open(7, Map.of("streamtype", "resize"));
        assertReset(7);
        client.open(9, Map.of("streamtype", "shell"));
        assertReset(9);
    }

    @Test
    void aClientThatDoesNotOpenItsStreamsIsLeftAndTheProgramLetGo() throws Exception {
        serve(V4, ALL, Duration.ofMillis(20));
        client.open(1, Map.of("streamtype", "error"));
        served.get();
        program.letGo.get();
    }

    @Test
    void aClientThatDoesNotLeaveIsLeftInTheEnd() throws Exception {
        serve(V4, new Streams(false, true, false, false), Duration.ofMillis(200));
        open("error", "stdout");
        program.exits(0);
        served.get();
    }

    @Test
    void theProgramIsLetGoWhenTheClientIsGone() throws Exception {
        serve(V4, ALL, LONG);
        open("error", "stdin", "stdout", "stderr");
        client.close();
        program.letGo.get();
        served.get();
    }

    @Test
    void settingsMeanNothing() throws Exception {
        serve(V4, new Streams(false, true, false, false), LONG);
        settings(64, 64);
        client.send(new DefaultSpdyPingFrame(1));
        assertEquals(1, client.next(SpdyPingFrame.class).id());
    }

    @Test
    void settingsPastAllMeasureEndTheConnectionBeforeTheyAreRead() throws Exception {
        serve(V4, ALL, LONG);
        settings(2_000_000, 0);
        assertBroken();
    }

    @Test
    void settingsWhoseCountIsALieEndTheConnection() throws Exception {
        serve(V4, ALL, LONG);
        settings(5, 4);
        assertBroken();
    }

    private void assertBroken() throws Exception {
        assertEquals(SpdySessionStatus.PROTOCOL_ERROR, client.next(SpdyGoAwayFrame.class).status());
        assertThrows(ExecutionException.class, served::get);
        program.letGo.get();
    }

    /** A settings frame that claims a number of entries, and some entries of it. */
    private void settings(int claimed, int sent) throws IOException {
        int length = 4 + 8 * (sent == 0 ? claimed : sent);
        ByteBuffer frame = ByteBuffer.allocate(12 + 8 * sent);
        client.raw(frame.putInt(0x80030004).putInt(length).putInt(claimed).array());
    }

    private void open(String... types) throws IOException {
        int id = 1;
        for (String type : types) {
            client.open(id, Map.of("streamtype", type));
            assertEquals(id, client.next(SpdySynReplyFrame.class).streamId());
            id += 2;
        }
    }

    /** All that was said on some streams until each of them has ended. */
    private Map<Integer, String> untilEndOf(int... ids) throws IOException {
        Map<Integer, String> said = new TreeMap<>();
        for (int ended = 0; ended < ids.length; ) {
            SpdyDataFrame frame = client.next(SpdyDataFrame.class);
            said.merge(frame.streamId(), frame.content().toString(UTF_8), String::concat);
            ended += frame.isLast() ? 1 : 0;
        }
        return said;
    }

    private void assertReset(int id) throws IOException {
        SpdyRstStreamFrame reset = client.next(SpdyRstStreamFrame.class);
        assertEquals(id, reset.streamId());
        assertEquals(SpdyStreamStatus.CANCEL, reset.status());
    }

    private String size() throws InterruptedException {
        String size = program.sizes.poll(10, TimeUnit.SECONDS);
        assertTrue(size != null, "no size came");
        return size;
    }

    private void serve(String protocol, Streams streams, Duration patience) {
        SpdyCommand command = new SpdyCommand(protocol, streams, patience);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        command.run(client.carrier(), program);
                        served.complete(null);
                    } catch (IOException e) {
                        served.completeExceptionally(e);
                    }
                });
    }
}
