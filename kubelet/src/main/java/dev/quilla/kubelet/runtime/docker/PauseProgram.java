package dev.quilla.kubelet.runtime.docker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The program that holds a pod's namespaces, as a Linux executable of some 200 bytes made here: no
 * registry and no compiler is needed. It blocks SIGINT, SIGTERM and SIGCHLD, then waits for one of
 * them: on SIGCHLD it reaps, since it is the first process where a pod shares its processes; on the
 * others it ends.
 */
final class PauseProgram {

    private static final int ELF_HEADER_BYTES = 64;
    private static final int SEGMENT_HEADER_BYTES = 56;
    private static final int CODE_OFFSET = ELF_HEADER_BYTES + SEGMENT_HEADER_BYTES;
    private static final long LOAD_ADDRESS = 0x400000;
    private static final short MACHINE_X86_64 = 62;
    private static final short MACHINE_AARCH64 = 183;

    private static final String X86_64_CODE =
            "6802400100" // push the set {2, 15, 17}
                    + "4889e6" // rsi = set
                    + "31ff31d2" // SIG_BLOCK, no old set
                    + "6a08415a" // r10 = size of the set
                    + "6a0e58" // rt_sigprocmask
                    + "0f05"
                    + "4889e7" // wait: rdi = set
                    + "31f631d2" // no information, no time-out
                    + "6a08415a"
                    + "b880000000" // rt_sigtimedwait
                    + "0f05"
                    + "83f811" // SIGCHLD?
                    + "740d" // to reap
                    + "85c0" // interrupted?
                    + "78e5" // to wait
                    + "31ff"
                    + "b8e7000000" // exit_group(0)
                    + "0f05"
                    + "6aff5f" // reap: any child
                    + "31f6"
                    + "6a015a" // WNOHANG
                    + "4531d2"
                    + "6a3d58" // wait4
                    + "0f05"
                    + "85c0"
                    + "7fec" // one was reaped: to reap
                    + "ebc6"; // to wait

    private static final int[] AARCH64_CODE = {
        0xd2880049, // x9 = 0x4002
        0xf2a00029, //    | 0x10000: the set {2, 15, 17}
        0xf81f0fe9, // push it
        0xd2800000, // SIG_BLOCK
        0x910003e1, // x1 = set
        0xd2800002, // no old set
        0xd2800103, // its size
        0xd28010e8, // rt_sigprocmask
        0xd4000001,
        0x910003e0, // wait: x0 = set
        0xd2800001, // no information
        0xd2800002, // no time-out
        0xd2800103,
        0xd2801128, // rt_sigtimedwait
        0xd4000001,
        0xf100441f, // SIGCHLD?
        0x540000a0, // to reap
        0xb7ffff00, // interrupted: to wait
        0xd2800000,
        0xd2800bc8, // exit_group(0)
        0xd4000001,
        0x92800000, // reap: any child
        0xd2800001,
        0xd2800022, // WNOHANG
        0xd2800003,
        0xd2802088, // wait4
        0xd4000001,
        0xf100001f,
        0x54ffff2c, // one was reaped: to reap
        0x17ffffec, // to wait
    };

    private PauseProgram() {}

    /**
     * The executable.
     *
     * @param architecture as Docker or Java name it
     * @throws IllegalArgumentException for any but x86-64 and aarch64
     */
    static byte[] executable(String architecture) {
        return switch (architecture) {
            case "x86_64", "amd64" -> elf(MACHINE_X86_64, HexFormat.of().parseHex(X86_64_CODE));
            case "aarch64", "arm64" -> elf(MACHINE_AARCH64, words(AARCH64_CODE));
            default ->
                    throw new IllegalArgumentException(
                            "no pause program for the architecture " + architecture);
        };
    }

    private static byte[] words(int[] words) {
        ByteBuffer code =
                ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            code.putInt(word);
        }
        return code.array();
    }

    private static byte[] elf(short machine, byte[] code) {
        int size = CODE_OFFSET + code.length;
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        file.putShort((short) 2).putShort(machine).putInt(1);
        file.putLong(LOAD_ADDRESS + CODE_OFFSET).putLong(ELF_HEADER_BYTES).putLong(0).putInt(0);
        file.putShort((short) ELF_HEADER_BYTES).putShort((short) SEGMENT_HEADER_BYTES);
        file.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        // One segment: the whole file, to be read and executed.
        file.putInt(1).putInt(5).putLong(0).putLong(LOAD_ADDRESS).putLong(LOAD_ADDRESS);
        file.putLong(size).putLong(size).putLong(0x1000);
        return file.put(code).array();
    }
}
