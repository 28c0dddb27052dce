package dev.quilla.apiserver.verbs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.apiserver.request.ApiReply.EventSource.Frame;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.selector.FieldSelector;
import dev.quilla.model.selector.Selector;
import dev.quilla.store.Event;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RecentChangesTest {

    private static final ObjectKey KEY = new ObjectKey("default", "map");

    private final ObjectStore objects = new ObjectStore(new InMemoryStore());
    private final ApiResource maps =
            Schema.builtin().find(new GroupVersionResource("", "v1", "configmaps")).get();
    private final RecentChanges changes = new RecentChanges(objects);
    private List<Event> events = List.of();

    /** The map appears, gets another color, and goes. */
    @BeforeEach
    void write() throws InterruptedException {
        objects.write(maps, KEY, OptionalLong.empty()).create(map("red", "")).commit();
        objects.write(maps, KEY, OptionalLong.empty()).replace(stored(), map("blue", "")).commit();
        objects.write(maps, KEY, OptionalLong.empty()).remove(stored()).commit();
        events = events();
    }

    private List<Event> events() throws InterruptedException {
        try (Watch watch = objects.store().watch(Keys.objects(maps.gvr().groupResource(), ""), 1)) {
            return watch.next(Duration.ZERO).events();
        }
    }

    private Stored stored() {
        return objects.get(objects.local(), maps, KEY);
    }

    private static Struct map(String color, String content) {
        return ConfigMap.builder()
                .metadata(m ->
                        m.namespace(KEY.namespace())
                                .name(KEY.name())
                                .labels(Map.of("color", color)))
                .data(Map.of("content", content))
                .build()
                .struct();
    }

    private SeenChange change(int event) {
        return changes.of(maps.definition(), events.get(event));
    }

    private static Selection selection(String labels) {
        return new Selection(Selector.parse(labels), FieldSelector.everything(), _ -> true);
    }

    private String told(int event, String labels) {
        return change(event)
                .frame(selection(labels))
                .map(f -> f.type() + " " + Metadata.of(f.object()).resourceVersion())
                .orElse("nothing");
    }

    @Test
    void objectsEnterAndLeaveWhatIsSelected() {
        assertEquals("ADDED 2", told(0, ""));
        assertEquals("MODIFIED 3", told(1, ""));
        assertEquals("DELETED 4", told(2, ""));
        assertEquals("ADDED 2", told(0, "color=red"));
        assertEquals("DELETED 3", told(1, "color=red"));
        assertEquals("nothing", told(2, "color=red"));
        assertEquals("nothing", told(0, "color=blue"));
        assertEquals("ADDED 3", told(1, "color=blue"));
        assertEquals("DELETED 4", told(2, "color=blue"));
    }

    @Test
    void allWatchersShareWhatIsMadeOfAChange() throws Exception {
        Frame one = change(1).frame(selection("color=red")).get();
        Frame other = change(1).frame(selection("color=red,!size")).get();
        assertSame(one.object(), other.object());
        byte[] encoded = one.outgoing().encoded("form", () -> new byte[] {1});
        assertSame(encoded, other.outgoing().encoded("form", () -> new byte[] {2}));
        assertArrayEquals(
                new byte[] {3}, other.outgoing().encoded("other form", () -> new byte[] {3}));
    }

    @Test
    void onlySoManyBytesAreKept() throws InterruptedException {
        SeenChange first = change(0);
        assertSame(first, change(0));
        String large = "x".repeat(1 << 20);
        objects.write(maps, KEY, OptionalLong.empty()).create(map("green", large)).commit();
        for (int i = 0; i < 2; i++) {
            objects.write(maps, KEY, OptionalLong.empty())
                    .replace(stored(), map("green", large + i))
                    .commit();
        }
        events = events();
        for (int i = 3; i < events.size(); i++) {
            Optional<Frame> frame = change(i).frame(selection(""));
            assertTrue(frame.isPresent());
        }
        assertNotSame(first, change(0));
    }
}
