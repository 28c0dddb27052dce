package dev.quilla.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Command;
import dev.quilla.store.backup.BackupInfo;
import dev.quilla.store.backup.Backups;
import dev.quilla.store.backup.NewFile;
import io.etcd.jetcd.api.AlarmRequest;
import io.etcd.jetcd.api.AlarmType;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MaintenanceServiceTest {

    @TempDir private Path folder;

    @Test
    void aFullStoreSaysSoInEtcdsWordsAndEndsItsAlarmByItself() throws Exception {
        try (Front front = Front.start()) {
            front.store.commit(new Command.Limit(3_000));
            MaintenanceGrpc.MaintenanceBlockingStub maintenance =
                    MaintenanceGrpc.newBlockingStub(front.channel);
            for (int i = 0; i < 4; i++) {
                front.put("k" + i, "v".repeat(500));
            }
            assertEquals(0, alarms(maintenance, AlarmRequest.AlarmAction.GET));
            assertFull(front);
            assertEquals(1, alarms(maintenance, AlarmRequest.AlarmAction.GET));
            StatusResponse status = maintenance.status(StatusRequest.getDefaultInstance());
            assertTrue(status.getErrors(0).contains("NOSPACE"));
            front.delete("k0");
            front.delete("k1");
            front.put("more", "v".repeat(500));
            assertEquals(0, alarms(maintenance, AlarmRequest.AlarmAction.GET));
        }
    }

    @Test
    void anAlarmIsRaisedAndEndedByHand() throws Exception {
        try (Front front = Front.start()) {
            MaintenanceGrpc.MaintenanceBlockingStub maintenance =
                    MaintenanceGrpc.newBlockingStub(front.channel);
            front.put("a", "1");
            assertEquals(1, alarms(maintenance, AlarmRequest.AlarmAction.ACTIVATE));
            assertFull(front);
            front.put("a", "2");
            assertEquals(1, alarms(maintenance, AlarmRequest.AlarmAction.DEACTIVATE));
            front.put("b", "1");
            assertEquals(0, alarms(maintenance, AlarmRequest.AlarmAction.GET));
        }
    }

    private static int alarms(
            MaintenanceGrpc.MaintenanceBlockingStub maintenance, AlarmRequest.AlarmAction action) {
        return maintenance
                .alarm(
                        AlarmRequest.newBuilder()
                                .setAction(action)
                                .setAlarm(AlarmType.NOSPACE)
                                .build())
                .getAlarmsCount();
    }

    private static void assertFull(Front front) {
        StatusRuntimeException full =
                assertThrows(
                        StatusRuntimeException.class,
                        () -> front.put("another", "v".repeat(2_000)));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, full.getStatus().getCode());
        assertEquals(
                "etcdserver: mvcc: database space exceeded", full.getStatus().getDescription());
    }

    /** Larger than what is sent before the client has to read. */
    @Test
    void aSnapshotIsABackup() throws Exception {
        try (Front front = Front.start()) {
            String value = "v".repeat(100_000);
            for (int i = 0; i < 30; i++) {
                front.put("k" + i, value + i);
            }
            Path file = folder.resolve("s.db");
            try (NewFile fresh = NewFile.at(file)) {
                EtcdSnapshot.copy("127.0.0.1", front.server.port(), Optional.empty(), fresh.out());
                fresh.finish();
            }
            BackupInfo info = Backups.verify(file);
            assertEquals(30, info.entries());
            assertEquals(31, info.revision());
            assertEquals("test", info.origin().clusterId());
            assertEquals("memory", info.origin().memberId());
        }
    }
}
