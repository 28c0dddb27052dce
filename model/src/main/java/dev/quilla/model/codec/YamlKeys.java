package dev.quilla.model.codec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/**
 * Looks at the events of a YAML text before it is read: the reader of events needs no stack, that
 * of documents does. Used once.
 */
final class YamlKeys {

    private static final int DUPLICATES_MAX = 100;

    private final int depthMax;
    private final Deque<Level> levels = new ArrayDeque<>();
    private final List<String> duplicates = new ArrayList<>();

    YamlKeys(int depthMax) {
        this.depthMax = depthMax;
    }

    /** What is open: a sequence, or a mapping of which the next value is a key or one's value. */
    private static final class Level {
        private final boolean mapping;
        private final Set<String> keys = new HashSet<>();
        private boolean key = true;

        Level(boolean mapping) {
            this.mapping = mapping;
        }
    }

    /**
     * Takes the next event.
     *
     * @throws DecodeException if it is nested too deep
     */
    void take(Event event) {
        switch (event.getEventId()) {
            case MappingStart, SequenceStart -> {
                // What is a collection's place is taken before what is in it.
                next(event);
                levels.push(new Level(event.getEventId() == Event.ID.MappingStart));
                if (levels.size() > depthMax) {
                    throw YamlCodec.tooDeep();
                }
            }
            case MappingEnd, SequenceEnd -> levels.pop();
            case Scalar, Alias -> next(event);
            default -> {
                // Documents and comments hold no keys themselves.
            }
        }
    }

    private void next(Event event) {
        Level level = levels.peek();
        if (level == null || !level.mapping) {
            return;
        }
        boolean again =
                level.key
                        && event instanceof ScalarEvent scalar
                        && !level.keys.add(scalar.getValue());
        if (again && duplicates.size() < DUPLICATES_MAX) {
            int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
            duplicates.add(
                    "line %d: key \"%s\" already set in map"
                            .formatted(line, ((ScalarEvent) event).getValue()));
        }
        level.key = !level.key;
    }

    /** The keys that were there before in their mapping, in the order of the text. */
    List<String> duplicates() {
        return List.copyOf(duplicates);
    }
}
