package dev.quilla.etcd;

import static dev.quilla.etcd.Front.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCancelRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WatchServiceTest {

    private Front front;
    private Client client;

    @BeforeEach
    void start() throws IOException {
        front = Front.start();
        client = new Client(front);
    }

    @AfterEach
    void stop() {
        front.close();
    }

    /** A stream and what came on it. */
    private static final class Client implements StreamObserver<WatchResponse> {
        private final BlockingQueue<WatchResponse> answers = new LinkedBlockingQueue<>();
        private final StreamObserver<WatchRequest> requests;

        Client(Front front) {
            this.requests = WatchGrpc.newStub(front.channel).watch(this);
        }

        WatchResponse create(WatchCreateRequest.Builder request) throws InterruptedException {
            requests.onNext(WatchRequest.newBuilder().setCreateRequest(request).build());
            WatchResponse created = next();
            assertTrue(created.getCreated());
            return created;
        }

        WatchResponse next() throws InterruptedException {
            WatchResponse next = answers.poll(10, TimeUnit.SECONDS);
            assertNotNull(next, "an answer in time");
            return next;
        }

        List<String> events(int count) throws InterruptedException {
            List<String> events = new ArrayList<>();
            while (events.size() < count) {
                next().getEventsList().forEach(e -> events.add(told(e)));
            }
            return events;
        }

        private static String told(Event e) {
            String value =
                    e.getType() == Event.EventType.DELETE
                            ? "gone"
                            : e.getKv().getValue().toStringUtf8();
            return e.getKv().getKey().toStringUtf8()
                    + "="
                    + value
                    + "@"
                    + e.getKv().getModRevision()
                    + (e.hasPrevKv() ? " was " + e.getPrevKv().getValue().toStringUtf8() : "");
        }

        @Override
        public void onNext(WatchResponse value) {
            answers.add(value);
        }

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
    }

    private static WatchCreateRequest.Builder watching(String prefix) {
        return WatchCreateRequest.newBuilder()
                .setKey(bytes(prefix))
                .setRangeEnd(bytes(prefix + (char) 0x7F));
    }

    @Test
    void tellsWhatHappensFromNowOn() throws InterruptedException {
        front.put("a", "0");
        client.create(watching("a"));
        front.put("a", "1");
        front.put("b", "1");
        front.put("a", "2");
        front.delete("a");
        assertEquals(List.of("a=1@3", "a=2@5", "a=gone@6"), client.events(3));
    }

    @Test
    void tellsWhatHappenedAndGoesOnWithoutAGap() throws InterruptedException {
        front.put("a", "1");
        front.put("a", "2");
        client.create(watching("a").setStartRevision(3).setPrevKv(true));
        front.put("a", "3");
        assertEquals(List.of("a=2@3 was 1", "a=3@4 was 2"), client.events(2));
    }

    @Test
    void filtersAndWatchesOneKey() throws InterruptedException {
        client.create(
                WatchCreateRequest.newBuilder()
                        .setKey(bytes("a"))
                        .addFilters(WatchCreateRequest.FilterType.NOPUT));
        front.put("a", "1");
        front.put("ab", "1");
        front.delete("ab");
        front.delete("a");
        assertEquals(List.of("a=gone@5"), client.events(1));
    }

    @Test
    void manyWatchesShareAStream() throws InterruptedException {
        long first = client.create(watching("a")).getWatchId();
        long second = client.create(watching("a")).getWatchId();
        WatchCreateRequest.Builder chosen = watching("b");
        chosen.setUnknownFields(varint(7, 40));
        assertEquals(40, client.create(chosen).getWatchId());
        WatchResponse taken = client.create(chosen);
        assertTrue(taken.getCanceled());
        assertEquals(-1, taken.getWatchId());
        front.put("a", "1");
        assertEquals(
                List.of(first, second),
                List.of(client.next().getWatchId(), client.next().getWatchId()));
        client.requests.onNext(
                WatchRequest.newBuilder()
                        .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(first))
                        .build());
        assertTrue(client.next().getCanceled());
        front.put("a", "2");
        assertEquals(second, client.next().getWatchId());
    }

    private static UnknownFieldSet varint(int field, long value) {
        return UnknownFieldSet.newBuilder()
                .addField(field, UnknownFieldSet.Field.newBuilder().addVarint(value).build())
                .build();
    }

    @Test
    void everythingFromTheFirstRevisionOnCanBeWatched() throws InterruptedException {
        front.put("a", "1");
        client.create(watching("a").setStartRevision(1));
        front.put("a", "2");
        assertEquals(2, client.events(2).size());
    }

    @Test
    void whatIsCompactedCantBeWatched() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            front.put("a", "" + i);
        }
        front.compact(4);
        client.create(watching("a").setStartRevision(2));
        WatchResponse canceled = client.next();
        assertTrue(canceled.getCanceled());
        assertEquals(4, canceled.getCompactRevision());
    }

    @Test
    void tellsHowFarAllWatchesAreWhenAsked() throws InterruptedException {
        client.create(watching("a"));
        long last = front.put("unwatched", "1");
        client.requests.onNext(
                WatchRequest.newBuilder()
                        .setProgressRequest(WatchProgressRequest.newBuilder())
                        .build());
        WatchResponse progress = client.next();
        assertEquals(-1, progress.getWatchId());
        assertEquals(last, progress.getHeader().getRevision());
        assertEquals(0, progress.getEventsCount());
    }

    @Test
    void cutsALargeAnswerForWhoTakesThat() throws InterruptedException {
        String large = "x".repeat(400_000);
        for (int i = 0; i < 6; i++) {
            front.put("a" + i, large);
        }
        WatchCreateRequest.Builder request = watching("a").setStartRevision(2);
        request.setUnknownFields(varint(8, 1));
        client.create(request);
        int events = 0;
        int pieces = 0;
        while (events < 6) {
            WatchResponse piece = client.next();
            events += piece.getEventsCount();
            pieces++;
            assertEquals(events < 6 ? 1 : 0, Extras.number(piece, 7));
        }
        assertEquals(3, pieces);
    }

    @Test
    void remindsAWatchOnWhichNothingHappens() throws IOException, InterruptedException {
        try (Front often = Front.start(Duration.ofMillis(50))) {
            Client idle = new Client(often);
            idle.create(watching("a").setProgressNotify(true));
            WatchResponse progress = idle.next();
            assertEquals(0, progress.getEventsCount());
            assertEquals(1, progress.getHeader().getRevision());
        }
    }
}
