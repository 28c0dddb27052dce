package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A write that was cut off is told from what rotted. */
class LogSegmentFileTest {

    private static final int FILE_BYTES = 16 << 10;
    private static final int SECTOR = 512;

    @TempDir Path folder;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    LogSegmentFileTest() {
        log.writeBytes("RaftLog1".getBytes(StandardCharsets.US_ASCII));
    }

    private int append(int index, int valueBytes) throws IOException {
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) 'x');
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        LogEntryProto.newBuilder()
                .setTerm(7)
                .setIndex(index)
                .setStateMachineLogEntry(
                        StateMachineLogEntryProto.newBuilder()
                                .setLogData(ByteString.copyFrom(value)))
                .build()
                .writeDelimitedTo(record);
        CRC32C checksum = new CRC32C();
        checksum.update(record.toByteArray());
        log.writeBytes(record.toByteArray());
        new DataOutputStream(log).writeInt((int) checksum.getValue());
        return log.size();
    }

    private LogSegmentFile read(byte[] bytes) throws IOException {
        return LogSegmentFile.read(Files.write(folder.resolve("segment"), bytes));
    }

    private byte[] padded() {
        return Arrays.copyOf(log.toByteArray(), FILE_BYTES);
    }

    @Test
    void aWholeFileIsClean() throws Exception {
        append(0, 100);
        append(1, 5_000);
        int end = append(2, 0);
        for (byte[] bytes : new byte[][] {padded(), log.toByteArray()}) {
            LogSegmentFile file = read(bytes);
            assertEquals(3, file.entries());
            assertEquals(end, file.end());
            assertEquals(7, file.lastTerm());
            assertTrue(file.isClean());
            assertFalse(file.isTorn());
        }
    }

    /** Disks write sectors; where the record begins in one decides what is left of it. */
    @Test
    void aWriteOfWhichTheEndIsMissingIsTorn() throws Exception {
        for (int before = 0; before < 2 * SECTOR; before += 17) {
            log.reset();
            log.writeBytes("RaftLog1".getBytes(StandardCharsets.US_ASCII));
            int whole = append(0, before);
            int end = append(1, 5_000);
            for (int kept = (whole / SECTOR + 1) * SECTOR; kept < end; kept += 4 * SECTOR) {
                byte[] bytes = padded();
                Arrays.fill(bytes, kept, end, (byte) 0);
                LogSegmentFile file = read(bytes);
                assertEquals(whole, file.end());
                assertTrue(file.isTorn(), "kept from " + whole + " to " + kept);
                assertTrue(read(Arrays.copyOf(bytes, kept)).isTorn(), "the file ends at " + kept);
            }
        }
    }

    @Test
    void aFlippedBitIsNeverTakenForATornWrite() throws Exception {
        append(0, 20);
        int start = append(1, 200);
        int end = append(2, 1_500);
        for (int at = "RaftLog1".length(); at < end; at += at < start + 8 ? 1 : 19) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] bytes = padded();
                bytes[at] ^= (byte) (1 << bit);
                LogSegmentFile file = read(bytes);
                String where = "bit " + bit + " of byte " + at;
                assertTrue(file.end() <= start, where);
                assertFalse(file.isClean() || file.isTorn(), where);
            }
        }
    }

    @Test
    void aLostSectorBeforeOthersIsNoTornWrite() throws Exception {
        append(0, 100);
        append(1, 5_000);
        append(2, 100);
        byte[] bytes = padded();
        Arrays.fill(bytes, 1_024, 1_536, (byte) 0);
        assertFalse(read(bytes).isTorn());
    }

    @Test
    void aHeadThatWasCutOffIsTornAndAnotherIsNot() throws Exception {
        assertTrue(read(Arrays.copyOf("Raft".getBytes(StandardCharsets.US_ASCII), 9)).isTorn());
        assertFalse(read("RaftLog2".getBytes(StandardCharsets.US_ASCII)).isTorn());
    }
}
