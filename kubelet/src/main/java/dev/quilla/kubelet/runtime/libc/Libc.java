package dev.quilla.kubelet.runtime.libc;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Calls of the C library, with their errors as exceptions. Constants are those of Linux on x86-64
 * and aarch64, which agree in all that is used here.
 */
@SuppressWarnings("restricted")
public final class Libc {

    /** Opens for reading; the descriptor is not passed on to other programs. */
    public static final int O_RDONLY_CLOEXEC = 0x80000;

    /** Opens for reading and writing, with no terminal taken over and nothing passed on. */
    public static final int O_RDWR_NOCTTY_CLOEXEC = 0x80000 | 0x100 | 0x2;

    /** Network namespaces, for {@link #setns}. */
    public static final int CLONE_NEWNET = 0x40000000;

    /** Asks a process to end. */
    public static final int SIGTERM = 15;

    /** Ends a process. */
    public static final int SIGKILL = 9;

    private static final int ESRCH = 3;
    private static final long TIOCSWINSZ = 0x5414;
    private static final Linker LINKER = Linker.nativeLinker();
    static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private static final MethodHandle OPEN = handle("open", 2, ValueLayout.ADDRESS, INT);
    private static final MethodHandle CLOSE = handle("close", -1, INT);
    private static final MethodHandle SETNS = handle("setns", -1, INT, INT);
    private static final MethodHandle KILL = handle("kill", -1, INT, INT);
    private static final MethodHandle GRANTPT = handle("grantpt", -1, INT);
    private static final MethodHandle UNLOCKPT = handle("unlockpt", -1, INT);
    private static final MethodHandle PTSNAME_R =
            handle("ptsname_r", -1, INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle IOCTL =
            handle("ioctl", 2, INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    private static final MethodHandle MKFIFO = handle("mkfifo", -1, ValueLayout.ADDRESS, INT);

    private static final MethodHandle READ =
            handle("read", -1, INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle WRITE =
            handle("write", -1, INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

    private Libc() {}

    /**
     * Reads what is there, waiting for at least one byte: only for platform threads.
     *
     * @return how many bytes, 0 at the end
     */
    public static int read(int descriptor, byte[] into) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(into.length);
            MemorySegment state = arena.allocate(CALL_STATE);
            int count = (int) READ.invokeExact(state, descriptor, buffer, (long) into.length);
            checked("read", count, state);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, count);
            return count;
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Writes all, waiting while the other side is behind: only for platform threads. */
    public static void write(int descriptor, byte[] from, int length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(length);
            MemorySegment.copy(from, 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
            MemorySegment state = arena.allocate(CALL_STATE);
            int written = 0;
            while (written < length) {
                MemorySegment rest = buffer.asSlice(written);
                int count =
                        (int) WRITE.invokeExact(state, descriptor, rest, (long) (length - written));
                written += checked("write", count, state);
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Opens a file and gives its descriptor, which the caller closes. */
    public static int open(String path, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            MemorySegment state = arena.allocate(CALL_STATE);
            return checked("open " + path, (int) OPEN.invokeExact(state, name, flags), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Closes a descriptor. */
    public static void close(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            checked("close", (int) CLOSE.invokeExact(state, descriptor), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Moves the calling thread, which must be a platform thread, into a namespace. */
    public static void setns(int descriptor, int kind) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            checked("setns", (int) SETNS.invokeExact(state, descriptor, kind), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /**
     * Sends a signal.
     *
     * @param pid a process, or the negative of a process group
     * @return false if nothing of that number exists
     */
    public static boolean kill(int pid, int signal) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int result = (int) KILL.invokeExact(state, pid, signal);
            if (result != 0 && (int) ERRNO.get(state, 0L) == ESRCH) {
                return false;
            }
            checked("kill " + pid, result, state);
            return true;
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Makes a named pipe that only its owner may use. */
    public static void mkfifo(String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            MemorySegment state = arena.allocate(CALL_STATE);
            checked("mkfifo " + path, (int) MKFIFO.invokeExact(state, name, 0600), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Lets a terminal's other side be opened, and gives its file. */
    public static String unlockTerminal(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            checked("grantpt", (int) GRANTPT.invokeExact(state, descriptor), state);
            checked("unlockpt", (int) UNLOCKPT.invokeExact(state, descriptor), state);
            MemorySegment name = arena.allocate(64);
            checked(
                    "ptsname",
                    (int) PTSNAME_R.invokeExact(state, descriptor, name, name.byteSize()),
                    state);
            return name.getString(0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Sets a terminal's size; its programs are told by a signal. */
    public static void resizeTerminal(int descriptor, int columns, int rows) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment size =
                    arena.allocateFrom(
                            ValueLayout.JAVA_SHORT,
                            (short) rows,
                            (short) columns,
                            (short) 0,
                            (short) 0);
            checked("resize", (int) IOCTL.invokeExact(state, descriptor, TIOCSWINSZ, size), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static MethodHandle handle(String name, int variadicFrom, MemoryLayout... arguments) {
        FunctionDescriptor descriptor = FunctionDescriptor.of(INT, arguments);
        Linker.Option errno = Linker.Option.captureCallState("errno");
        MemorySegment symbol = LINKER.defaultLookup().findOrThrow(name);
        return variadicFrom < 0
                ? LINKER.downcallHandle(symbol, descriptor, errno)
                : LINKER.downcallHandle(
                        symbol, descriptor, errno, Linker.Option.firstVariadicArg(variadicFrom));
    }

    static int checked(String what, int result, MemorySegment state) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed with error " + (int) ERRNO.get(state, 0L));
        }
        return result;
    }

    static IOException rethrown(Throwable e) {
        return switch (e) {
            case IOException io -> io;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> new IOException(e);
        };
    }
}
