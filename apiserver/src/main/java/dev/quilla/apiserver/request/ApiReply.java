package dev.quilla.apiserver.request;

import dev.quilla.model.Struct;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What is answered. */
public sealed interface ApiReply {

    /** An object; whoever sends it encodes it. */
    record OfStruct(int code, Struct struct, List<String> warnings) implements ApiReply {
        public OfStruct {
            warnings = List.copyOf(warnings);
        }
    }

    /** An object as it is stored. */
    record OfStored(int code, Outgoing object, List<String> warnings) implements ApiReply {
        public OfStored {
            warnings = List.copyOf(warnings);
        }

        /** With nothing to tell beside it. */
        public OfStored(Outgoing object) {
            this(200, object, List.of());
        }
    }

    /** A list, whose items are as they are stored. */
    record OfList(OutgoingList list, List<String> warnings) implements ApiReply {
        public OfList {
            warnings = List.copyOf(warnings);
        }

        /** With nothing to tell beside it. */
        public OfList(OutgoingList list) {
            this(list, List.of());
        }
    }

    /** Content that is encoded already. */
    record OfBytes(int code, String contentType, dev.quilla.model.Bytes bytes)
            implements ApiReply {}

    /** The object or list that is answered, if it is one. */
    default Optional<Supplier<Struct>> answer() {
        return switch (this) {
            case OfStruct object -> Optional.of(object::struct);
            case OfStored stored -> Optional.of(stored.object()::object);
            case OfList list -> Optional.of(list.list()::object);
            case OfBytes _, OfWatch _ -> Optional.empty();
        };
    }

    /** Events, one after the other. */
    record OfWatch(EventSource source, List<String> warnings) implements ApiReply {
        public OfWatch {
            warnings = List.copyOf(warnings);
        }

        /** With nothing to tell beside them. */
        public OfWatch(EventSource source) {
            this(source, List.of());
        }
    }

    /** An object. */
    static ApiReply of(int code, Struct struct) {
        return new OfStruct(code, struct, List.of());
    }

    /** JSON. */
    static ApiReply json(byte[] json) {
        return new OfBytes(200, "application/json", dev.quilla.model.Bytes.wrap(json));
    }

    /** The same with more that the client is told beside it; bytes come without. */
    default ApiReply withWarnings(List<String> more) {
        return switch (this) {
            case OfStruct(int code, Struct struct, var warnings) ->
                    new OfStruct(code, struct, joined(warnings, more));
            case OfStored(int code, Outgoing object, var warnings) ->
                    new OfStored(code, object, joined(warnings, more));
            case OfList(OutgoingList list, var warnings) ->
                    new OfList(list, joined(warnings, more));
            case OfWatch(EventSource source, var warnings) ->
                    new OfWatch(source, joined(warnings, more));
            case OfBytes bytes -> bytes;
        };
    }

    private static List<String> joined(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).distinct().toList();
    }

    /** Where the events of a watch come from. Read by one thread. */
    interface EventSource extends AutoCloseable {

        /** What happened to an object. */
        record Frame(String type, Outgoing outgoing) {

            /** The object. */
            public Struct object() {
                return outgoing.object();
            }
        }

        /**
         * The next events; waits for some.
         *
         * @return empty when the watch has ended
         */
        Optional<List<Frame>> next(Duration atMost) throws InterruptedException;

        /** Whether all that was there when the watch began has been told. */
        boolean hasBegun();

        @Override
        void close();
    }
}
