package dev.quilla.store.mvcc;

import com.google.protobuf.CodedOutputStream;
import dev.quilla.store.Choice;
import dev.quilla.store.Command;
import dev.quilla.store.Compare;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Commands as protobuf, as {@code store.proto} beside this class describes them. Written by hand:
 * the messages are few, and a log entry is read by every member for years.
 */
public final class CommandCodec {

    private static final int TXN = 1;
    private static final int GRANT = 2;
    private static final int RENEW = 3;
    private static final int END = 4;
    private static final int COMPACT = 5;
    private static final int CHOICE = 6;
    private static final int LIMIT = 7;
    private static final int ALARM = 8;
    private static final int CHECKPOINT = 9;
    private static final int WITNESS = 10;

    private static final int TXN_WHEN = 1;
    private static final int TXN_THEN = 2;
    private static final int TXN_FENCE = 3;

    private CommandCodec() {}

    /** One log entry. */
    public static byte[] encodeBatch(List<? extends Command> commands) {
        return Wire.bytes(out -> {
            for (Command command : commands) {
                out.writeByteArray(field(command), encode(command));
            }
        });
    }

    /** The commands of one log entry. */
    public static List<Command> decodeBatch(byte[] bytes) {
        List<Command> commands = new ArrayList<>();
        Wire.read(bytes, (field, in) -> commands.add(decode(field, in.readByteArray())));
        return commands;
    }

    private static int field(Command command) {
        return switch (command) {
            case Txn ignored -> TXN;
            case Choice ignored -> CHOICE;
            case Command.Grant ignored -> GRANT;
            case Command.Renew ignored -> RENEW;
            case Command.End ignored -> END;
            case Command.Compact ignored -> COMPACT;
            case Command.Limit ignored -> LIMIT;
            case Command.Alarm ignored -> ALARM;
            case Command.Checkpoint ignored -> CHECKPOINT;
            case Command.Witness ignored -> WITNESS;
        };
    }

    private static byte[] encode(Command command) {
        return switch (command) {
            case Txn txn -> Wire.bytes(out -> write(txn, out));
            case Choice choice -> ChoiceCodec.encode(choice);
            case Command.Grant(LeaseId lease, Duration timeToLive) ->
                    numbers(lease.number(), timeToLive.toMillis());
            case Command.Renew(LeaseId lease) -> numbers(lease.number());
            case Command.End(LeaseId lease, OptionalLong renewal, OptionalLong fence) ->
                    numbers(lease.number(), renewal.orElse(-1), fence.orElse(-1));
            case Command.Compact(long revision) -> numbers(revision);
            case Command.Limit(long bytesMax) -> numbers(bytesMax);
            case Command.Alarm(boolean on) -> numbers(on ? 1 : 0);
            case Command.Checkpoint() -> numbers();
            case Command.Witness(long member, long index, long digest) ->
                    numbers(member, index, digest);
        };
    }

    private static Command decode(int field, byte[] bytes) {
        if (field == TXN) {
            return decodeTxn(bytes);
        }
        if (field == CHOICE) {
            return ChoiceCodec.decode(bytes);
        }
        long[] n = numbers(bytes);
        return switch (field) {
            case GRANT -> new Command.Grant(new LeaseId(n[0]), Duration.ofMillis(n[1]));
            case RENEW -> new Command.Renew(new LeaseId(n[0]));
            case END -> new Command.End(new LeaseId(n[0]), some(n[1]), some(n[2]));
            case COMPACT -> new Command.Compact(n[0]);
            case LIMIT -> new Command.Limit(n[0]);
            case ALARM -> new Command.Alarm(n[0] == 1);
            case CHECKPOINT -> new Command.Checkpoint();
            case WITNESS -> new Command.Witness(n[0], n[1], n[2]);
            default -> throw Wire.unknown("command", field);
        };
    }

    private static byte[] numbers(long... numbers) {
        return Wire.bytes(out -> {
            for (int i = 0; i < numbers.length; i++) {
                out.writeInt64(i + 1, numbers[i]);
            }
        });
    }

    private static long[] numbers(byte[] bytes) {
        long[] numbers = new long[3];
        Wire.read(
                bytes,
                (field, in) -> {
                    if (field > numbers.length) {
                        throw Wire.unknown("field of a command", field);
                    }
                    numbers[field - 1] = in.readInt64();
                });
        return numbers;
    }

    private static OptionalLong some(long number) {
        return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
    }

    private static void write(Txn txn, CodedOutputStream out) throws IOException {
        for (Compare compare : txn.when()) {
            out.writeByteArray(TXN_WHEN, Item.encode(compare));
        }
        for (Op op : txn.then()) {
            out.writeByteArray(TXN_THEN, Item.encode(op));
        }
        if (txn.fenceTerm().isPresent()) {
            out.writeUInt64(TXN_FENCE, txn.fenceTerm().getAsLong());
        }
    }

    private static Txn decodeTxn(byte[] bytes) {
        List<Compare> when = new ArrayList<>();
        List<Op> then = new ArrayList<>();
        long[] fence = {-1};
        Wire.read(
                bytes,
                (field, in) -> {
                    switch (field) {
                        case TXN_WHEN -> when.add(Item.decode(in.readByteArray()).compare());
                        case TXN_THEN -> then.add(Item.decode(in.readByteArray()).op());
                        case TXN_FENCE -> fence[0] = in.readUInt64();
                        default -> throw Wire.unknown("field of a transaction", field);
                    }
                });
        return new Txn(when, then, some(fence[0]));
    }
}
