package dev.quilla.etcd;

import dev.quilla.store.Command;
import dev.quilla.store.Space;
import dev.quilla.store.Store;
import dev.quilla.store.StoreStatus;
import io.etcd.jetcd.api.AlarmMember;
import io.etcd.jetcd.api.AlarmRequest;
import io.etcd.jetcd.api.AlarmResponse;
import io.etcd.jetcd.api.AlarmType;
import java.util.ArrayList;
import java.util.List;

/**
 * The alarm {@code NOSPACE}: raised by a write that was refused because the store has no room, by a
 * disk that is nearly full, or by hand. It ends by itself when there is room again, and by hand.
 */
final class Alarms {

    private final Store store;
    private final Membership membership;

    Alarms(Store store, Membership membership) {
        this.store = store;
        this.membership = membership;
    }

    AlarmResponse.Builder handle(AlarmRequest request) {
        return switch (request.getAction()) {
            case GET -> told(isRaised(), request.getAlarm());
            case ACTIVATE -> {
                if (request.getAlarm() != AlarmType.NOSPACE) {
                    throw Errors.notOffered("raising an alarm other than NOSPACE");
                }
                store.commit(new Command.Alarm(true));
                yield told(true, AlarmType.NOSPACE);
            }
            case DEACTIVATE -> {
                boolean was = isRaised();
                if (was && isAsked(request.getAlarm())) {
                    store.commit(new Command.Alarm(false));
                }
                yield told(was, request.getAlarm());
            }
            case UNRECOGNIZED -> throw Errors.invalid("unknown action");
        };
    }

    /** For a member's status. */
    List<String> problems() {
        StoreStatus status = store.status();
        List<String> problems = new ArrayList<>();
        if (status.space().alarm() != Space.Alarm.OFF) {
            problems.add("alarm NOSPACE: etcdserver: mvcc: database space exceeded");
        }
        if (!status.trouble().isEmpty()) {
            problems.add(status.trouble());
        }
        return problems;
    }

    private boolean isRaised() {
        return !problems().isEmpty();
    }

    private AlarmResponse.Builder told(boolean raised, AlarmType asked) {
        AlarmResponse.Builder answer = AlarmResponse.newBuilder();
        if (raised && isAsked(asked)) {
            answer.addAlarms(
                    AlarmMember.newBuilder()
                            .setMemberID(membership.idOf(store.status().memberId()))
                            .setAlarm(AlarmType.NOSPACE));
        }
        return answer;
    }

    /** Other alarms than this one are never raised. */
    private static boolean isAsked(AlarmType type) {
        return type == AlarmType.NOSPACE || type == AlarmType.NONE;
    }
}
