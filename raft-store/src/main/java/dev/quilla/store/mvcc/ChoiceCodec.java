package dev.quilla.store.mvcc;

import dev.quilla.store.Bytes;
import dev.quilla.store.Choice;
import dev.quilla.store.Condition;
import dev.quilla.store.Condition.Wanted;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The message {@code Choice}: what it compares, and its steps. */
final class ChoiceCodec {

    private static final int WHEN = 1;
    private static final int THEN = 2;
    private static final int OTHERWISE = 3;

    private static final int KIND = 1;
    private static final int START = 2;
    private static final int END = 3;
    private static final int NUMBER = 4;
    private static final int VALUE = 5;
    private static final int RELATION = 6;
    private static final int LEASE = 7;
    private static final int TELL = 8;

    private static final int VERSION = 1;
    private static final int CREATED = 2;
    private static final int MODIFIED = 3;
    private static final int LEASED = 4;
    private static final int OF_VALUE = 5;

    private static final int GET = 1;
    private static final int PUT = 2;
    private static final int DELETE = 3;
    private static final int CHOOSE = 4;

    private ChoiceCodec() {}

    static byte[] encode(Choice choice) {
        return Wire.bytes(out -> {
            for (Condition condition : choice.when()) {
                out.writeByteArray(WHEN, encode(condition));
            }
            for (Step step : choice.then()) {
                out.writeByteArray(THEN, encode(step));
            }
            for (Step step : choice.otherwise()) {
                out.writeByteArray(OTHERWISE, encode(step));
            }
        });
    }

    static Choice decode(byte[] bytes) {
        List<Condition> when = new ArrayList<>();
        List<Step> then = new ArrayList<>();
        List<Step> otherwise = new ArrayList<>();
        Wire.read(
                bytes,
                (field, in) -> {
                    Fields fields = Fields.of(in.readByteArray());
                    switch (field) {
                        case WHEN -> when.add(fields.condition());
                        case THEN -> then.add(fields.step());
                        case OTHERWISE -> otherwise.add(fields.step());
                        default -> throw Wire.unknown("field of a choice", field);
                    }
                });
        return new Choice(when, then, otherwise);
    }

    private static byte[] encode(Condition condition) {
        return Wire.bytes(out -> {
            out.writeString(START, condition.range().start());
            out.writeString(END, condition.range().end());
            out.writeUInt32(RELATION, condition.relation().ordinal());
            out.writeUInt32(KIND, kind(condition.wanted()));
            if (condition.wanted() instanceof Wanted.Value(Bytes value)) {
                out.writeByteArray(VALUE, value.shared());
            } else {
                out.writeInt64(NUMBER, number(condition.wanted()));
            }
        });
    }

    private static int kind(Wanted wanted) {
        return switch (wanted) {
            case Wanted.Version ignored -> VERSION;
            case Wanted.Created ignored -> CREATED;
            case Wanted.Modified ignored -> MODIFIED;
            case Wanted.Leased ignored -> LEASED;
            case Wanted.Value ignored -> OF_VALUE;
        };
    }

    private static long number(Wanted wanted) {
        return switch (wanted) {
            case Wanted.Version(long number) -> number;
            case Wanted.Created(long revision) -> revision;
            case Wanted.Modified(long revision) -> revision;
            case Wanted.Leased(long lease) -> lease;
            case Wanted.Value ignored -> 0;
        };
    }

    private static byte[] encode(Step step) {
        return switch (step) {
            case Step.Get(KeyRange range, int limit) -> encode(GET, range, limit, false);
            case Step.Delete(KeyRange range, boolean tell) -> encode(DELETE, range, 0, tell);
            case Step.Choose(Choice choice) ->
                    Wire.bytes(out -> {
                        out.writeUInt32(KIND, CHOOSE);
                        out.writeByteArray(VALUE, encode(choice));
                    });
            case Step.Put put ->
                    Wire.bytes(out -> {
                        out.writeUInt32(KIND, PUT);
                        out.writeString(START, put.key().text());
                        if (put.value().isPresent()) {
                            out.writeByteArray(VALUE, put.value().get().shared());
                        }
                        if (put.lease().isPresent()) {
                            out.writeUInt64(LEASE, put.lease().get().number());
                        }
                        out.writeBool(TELL, put.tell());
                    });
        };
    }

    private static byte[] encode(int kind, KeyRange range, int number, boolean tell) {
        return Wire.bytes(out -> {
            out.writeUInt32(KIND, kind);
            out.writeString(START, range.start());
            out.writeString(END, range.end());
            out.writeInt64(NUMBER, number);
            out.writeBool(TELL, tell);
        });
    }

    private static final class Fields {
        private int kind;
        private String start = "";
        private String end = "";
        private long number;
        private Optional<Bytes> value = Optional.empty();
        private int relation;
        private Optional<LeaseId> lease = Optional.empty();
        private boolean tell;

        static Fields of(byte[] bytes) {
            Fields fields = new Fields();
            Wire.read(
                    bytes,
                    (field, in) -> {
                        switch (field) {
                            case KIND -> fields.kind = in.readUInt32();
                            case START -> fields.start = in.readString();
                            case END -> fields.end = in.readString();
                            case NUMBER -> fields.number = in.readInt64();
                            case VALUE ->
                                    fields.value = Optional.of(Bytes.wrap(in.readByteArray()));
                            case RELATION -> fields.relation = in.readUInt32();
                            case LEASE -> fields.lease = Optional.of(LeaseId.of(in.readUInt64()));
                            case TELL -> fields.tell = in.readBool();
                            default -> throw Wire.unknown("field of a step", field);
                        }
                    });
            return fields;
        }

        Condition condition() {
            Wanted wanted =
                    switch (kind) {
                        case VERSION -> new Wanted.Version(number);
                        case CREATED -> new Wanted.Created(number);
                        case MODIFIED -> new Wanted.Modified(number);
                        case LEASED -> new Wanted.Leased(number);
                        case OF_VALUE -> new Wanted.Value(value.orElseThrow());
                        default -> throw Wire.unknown("comparison", kind);
                    };
            return new Condition(
                    new KeyRange(start, end), Condition.Relation.values()[relation], wanted);
        }

        Step step() {
            return switch (kind) {
                case GET -> new Step.Get(new KeyRange(start, end), Math.toIntExact(number));
                case PUT -> new Step.Put(new Key(start), value, lease, tell);
                case DELETE -> new Step.Delete(new KeyRange(start, end), tell);
                case CHOOSE -> new Step.Choose(decode(value.orElseThrow().shared()));
                default -> throw Wire.unknown("step", kind);
            };
        }
    }
}
