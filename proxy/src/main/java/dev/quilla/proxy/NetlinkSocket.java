package dev.quilla.proxy;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A netlink socket ({@code man 7 netlink}), which the JDK can't open: the system's own calls by
 * {@code java.lang.foreign}. Blocks its thread in the kernel, for at most {@value #WAIT_SECONDS}
 * seconds at a time. Not thread-safe.
 */
@SuppressWarnings("restricted") // calls into the C library; processes start with native access
final class NetlinkSocket implements AutoCloseable {

    private static final int WAIT_SECONDS = 5;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int HEAD_BYTES = 16;

    private static final int FAMILY_NETLINK = 16;
    private static final int RAW_CLOSE_ON_EXEC = 3 | 0x80000;
    private static final int PROTOCOL_NETFILTER = 12;
    private static final int LEVEL_SOCKET = 1;
    private static final int RECEIVE_TIMEOUT = 20;
    private static final int ERROR = 2;
    private static final int DONE = 3;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET =
            CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SET_OPTION =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SEND = call("send", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECEIVE =
            call("recv", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(CALL_STATE);
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
    private int descriptor = -1;
    private int sequence;

    private NetlinkSocket() {}

    /** Whole numbers are asked for as long: narrower ones are sign-extended by the C library. */
    private static MethodHandle call(String name, MemoryLayout... arguments) {
        boolean moves = name.equals("send") || name.equals("recv");
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(moves ? JAVA_LONG : JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /** Opens a socket to the kernel's netfilter. */
    static NetlinkSocket netfilter() throws IOException {
        NetlinkSocket socket = new NetlinkSocket();
        try {
            socket.open();
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void open() throws IOException {
        try {
            descriptor =
                    (int)
                            SOCKET.invokeExact(
                                    state, FAMILY_NETLINK, RAW_CLOSE_ON_EXEC, PROTOCOL_NETFILTER);
            check("socket", descriptor);
            MemorySegment wait = arena.allocate(JAVA_LONG, 2);
            wait.setAtIndex(JAVA_LONG, 0, WAIT_SECONDS);
            check(
                    "setsockopt",
                    (int)
                            SET_OPTION.invokeExact(
                                    state,
                                    descriptor,
                                    LEVEL_SOCKET,
                                    RECEIVE_TIMEOUT,
                                    wait,
                                    (int) wait.byteSize()));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // what a method handle declares
            throw new IllegalStateException(e);
        }
    }

    /**
     * Sends a request and reads all of the answer.
     *
     * @param each is given the body of each message of the answer
     * @return the kernel's error number; 0 if there was none
     * @throws IOException if the kernel can't be spoken to
     */
    int ask(int type, int flags, byte[] body, Consumer<ByteBuffer> each) throws IOException {
        send(type, flags, body);
        while (true) {
            int received = receive();
            ByteBuffer in = buffer.asSlice(0, received).asByteBuffer();
            in.order(ByteOrder.nativeOrder());
            int at = 0;
            while (at + HEAD_BYTES <= received) {
                int length = in.getInt(at);
                if (length < HEAD_BYTES || at + length > received) {
                    throw new IOException("a message of netlink is cut off");
                }
                if (in.getInt(at + 8) == sequence) {
                    int kind = in.getShort(at + 4) & 0xffff;
                    if (kind == ERROR || kind == DONE) {
                        return -in.getInt(at + HEAD_BYTES);
                    }
                    each.accept(in.slice(at + HEAD_BYTES, length - HEAD_BYTES));
                }
                at += NetlinkAttributes.aligned(length);
            }
        }
    }

    private void send(int type, int flags, byte[] body) throws IOException {
        sequence++;
        int length = HEAD_BYTES + body.length;
        ByteBuffer out = buffer.asByteBuffer().order(ByteOrder.nativeOrder());
        out.putInt(length).putShort((short) type).putShort((short) flags);
        out.putInt(sequence).putInt(0).put(body);
        try {
            check("send", (long) SEND.invokeExact(state, descriptor, buffer, (long) length, 0));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private int receive() throws IOException {
        try {
            long received =
                    (long) RECEIVE.invokeExact(state, descriptor, buffer, (long) BUFFER_BYTES, 0);
            check("recv", received);
            return Math.toIntExact(received);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private void check(String call, long result) throws IOException {
        if (result < 0) {
            throw new IOException(
                    "netlink: " + call + " failed with " + state.get(JAVA_INT, ERRNO_OFFSET));
        }
    }

    @Override
    public void close() {
        try {
            if (descriptor >= 0) {
                check("close", (int) CLOSE.invokeExact(state, descriptor));
                descriptor = -1;
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        } finally {
            arena.close();
        }
    }
}
