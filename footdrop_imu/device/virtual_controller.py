"""Bluetooth controllers on a simulated air: bumble's, with what a real link layer adds to them."""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections import deque

from bumble import hci, ll
from bumble.controller import Connection, Controller, LegacyAdvertiser
from bumble.core import PhysicalTransport
from bumble.link import LocalLink

from footdrop_imu.device.virtual_faults import AirFaults

__all__ = ["AirController", "AirLink"]

ADVERTISING_JITTER_S = 0.01  # Bluetooth Core, vol 6 part B 4.4.2.2: 0 to 10 ms are added to each interval
NOTIFICATION = b"\x04\x00\x1b"  # the attribute channel and the code of a notification, after the two bytes of length
RSSI_DBM = -50

logging.getLogger("bumble").addHandler(logging.NullHandler())  # it warns of packets to an end that has just gone


class AirLink(LocalLink):
    """The air all controllers share. ``speed`` times faster than the wall clock."""

    def __init__(self, speed: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.speed = speed

    def after(self, delay_s: float, call: object, *args: object) -> asyncio.TimerHandle:
        """Call in so many seconds of the air's time."""
        return asyncio.get_running_loop().call_later(delay_s / self.speed, call, *args)  # type: ignore[arg-type]

    def peer(self, connection: Connection) -> tuple[AirController, Connection] | None:
        """Find the other end of a link, None where it has gone."""
        for controller in self.controllers:
            end = controller.le_connections.get(connection.self_address)
            if end is not None and end is not connection and end.self_address == connection.peer_address:
                assert isinstance(controller, AirController)
                return controller, end
        return None

    def send_acl_data(
        self, sender_controller: Controller, destination_address: hci.Address, transport: PhysicalTransport, data: bytes
    ) -> None:
        """Take a whole PDU that came through to the other end."""
        connection = sender_controller.le_connections.get(destination_address)
        if transport == PhysicalTransport.LE and connection is not None:
            assert isinstance(sender_controller, AirController)
            sender_controller.pipe(connection).deliver(data)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Take a packet from link layer to link layer; nothing arrives out of range."""
        for controller in self.controllers:
            end = controller.le_connections.get(sender_address)
            if end is not None and end.self_address == receiver_address and isinstance(controller, AirController):
                if controller.pipe(end).hears():
                    asyncio.get_running_loop().call_soon(controller.on_ll_control_pdu, sender_address, packet)
                return

    def send_advertising_pdu(self, sender_controller: Controller, packet: ll.AdvertisingPdu) -> None:
        """Let everybody in range hear an advertisement."""
        if isinstance(sender_controller, AirController) and not sender_controller.out_of_range:
            super().send_advertising_pdu(sender_controller, packet)


class AirController(Controller):
    """A controller with connection events, acknowledgment when a packet has gone, and a supervision timeout.

    ``faults`` hold for the links of a sensor; the client's end of a link takes the sensor's.
    """

    le_acl_data_packet_length = 251
    le_features = hci.LeFeatureMask.LE_ENCRYPTION | hci.LeFeatureMask.LE_DATA_PACKET_LENGTH_EXTENSION

    def __init__(self, name: str, link: AirLink, faults: AirFaults | None = None) -> None:
        super().__init__(name, link=link)
        self.air = link
        self.faults = faults or AirFaults()
        self.random = random.Random(f"{name} {self.faults.seed}")
        self.le_legacy_advertiser = _Advertiser(self)
        self._pipes: dict[int, _Pipe] = {}
        self._out_of_range = False
        self._was_connected = False

    @property
    def out_of_range(self) -> bool:
        """Whether nobody hears this controller, nor it anybody. To be set, too."""
        return self._out_of_range

    @out_of_range.setter
    def out_of_range(self, away: bool) -> None:
        self._out_of_range = away
        for connection in self.le_connections.values():
            self.pipe(connection).watch()
            if (peer := self.air.peer(connection)) is not None:
                peer[0].pipe(peer[1]).watch()

    def drop_link(self, reason: int = hci.HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR) -> None:
        """End all links from this side, the other being told."""
        for connection in list(self.le_connections.values()):
            connection.send_ll_control_pdu(ll.TerminateInd(reason))
            self.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST_ERROR)

    def vanish(self) -> None:
        """End all links as a power cut does: the other side finds out by its supervision timeout."""
        for connection in list(self.le_connections.values()):
            peer = self.air.peer(connection)
            self.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST_ERROR)
            if peer is not None:
                peer[0].pipe(peer[1]).watch()

    def switch_off(self) -> None:
        """Leave the air for good; the host's commands are still answered."""
        self._stop()
        self._out_of_range = True
        self.air.controllers.discard(self)

    def _stop(self) -> None:
        self.le_legacy_advertiser.stop()
        self.le_scan_enable = False
        self.pending_le_connection = None
        self.vanish()

    def pipe(self, connection: Connection) -> _Pipe:
        """Give what carries packets from this end of a link to the other."""
        if connection.handle not in self._pipes:
            self._pipes[connection.handle] = _Pipe(self, connection, self._faults(connection))
        return self._pipes[connection.handle]

    def _faults(self, connection: Connection) -> AirFaults:
        if connection.role == hci.Role.PERIPHERAL:
            return self.faults
        sensor = self.air.find_le_controller(connection.peer_address)
        return sensor.faults if isinstance(sensor, AirController) else self.faults

    # From here on: what bumble's controller does at once, or not at all.

    def on_hci_acl_data_packet(self, packet: hci.HCI_AclDataPacket) -> None:
        """Let a packet from the host wait for a connection event."""
        connection = self.find_le_connection_by_handle(packet.connection_handle)
        if connection is not None:
            self.pipe(connection).put(packet)

    def on_le_disconnected(self, connection: Connection, reason: int) -> None:
        """End this end of a link, once."""
        if self.le_connections.get(connection.peer_address) is connection:
            self.pipe(connection).close()
            del self._pipes[connection.handle]
            super().on_le_disconnected(connection, reason)

    def on_le_connect_ind(self, packet: ll.ConnectInd) -> None:
        """Begin the faults to order with the first connection."""
        super().on_le_connect_ind(packet)
        if packet.initiator_address in self.le_connections and not self._was_connected:
            self._was_connected = True
            for at_s in self.faults.drop_at_s:
                self.air.after(at_s, self.drop_link)
            for start_s, end_s in self.faults.out_of_range_s:
                self.air.after(start_s, setattr, self, "out_of_range", True)
                self.air.after(end_s, setattr, self, "out_of_range", False)

    def create_le_connection(self, peer_address: hci.Address) -> None:
        """Connect; a sensor that somebody else connected in the same moment is missed after the timeout."""
        super().create_le_connection(peer_address)
        connection = self.le_connections.get(peer_address)
        if connection is not None:
            self.air.after(self.pipe(connection).faults.supervision_timeout_s, self.pipe(connection).watch)

    def on_hci_reset_command(self, _command: hci.HCI_Reset_Command) -> hci.HCI_StatusReturnParameters:
        """Forget everything; links end."""
        self._stop()
        return super().on_hci_reset_command(_command)

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Give up a connection that has not come about, and say so, or the host waits for ever."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        cancelled = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address.address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, cancelled)  # after the command's completion
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_advertising_pdu(self, pdu: ll.AdvInd | ll.AdvExtInd) -> None:
        """Report an advertisement, and to an active scan the advertiser's scan response."""
        if self.out_of_range:
            return
        if self.le_scan_enable:
            kind = hci.HCI_LE_Advertising_Report_Event.EventType
            self._report(kind.ADV_IND, pdu.advertiser_address, pdu.data)
            advertiser = self.air.find_le_controller(pdu.advertiser_address)
            if self.le_scan_type and advertiser is not None:
                response = advertiser.le_legacy_advertiser.scan_response_data
                self._report(kind.SCAN_RSP, pdu.advertiser_address, response)
        pending = self.pending_le_connection
        if pending is not None and pending.peer_address == pdu.advertiser_address:
            self.create_le_connection(pdu.advertiser_address)

    def _report(self, kind: hci.HCI_LE_Advertising_Report_Event.EventType, address: hci.Address, data: bytes) -> None:
        report = hci.HCI_LE_Advertising_Report_Event.Report(kind, address.address_type, address, data, RSSI_DBM)
        self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))


class _Advertiser(LegacyAdvertiser):
    """Advertises at the interval that was set, in the air's time."""

    controller: AirController

    def _on_timer_fired(self) -> None:
        self.send_advertising_data()
        interval_s = max(0.02, self.advertising_interval_min * 0.000625)
        jitter_s = self.controller.random.uniform(0.0, ADVERTISING_JITTER_S)
        self.timer_handle = self.controller.air.after(interval_s + jitter_s, self._on_timer_fired)


class _Pipe:
    """One direction of one link: packets wait, go at connection events, and arrive."""

    def __init__(self, controller: AirController, connection: Connection, faults: AirFaults) -> None:
        self.controller = controller
        self.connection = connection
        self.faults = faults
        self.random = controller.random
        self.interval_s = faults.connection_interval_s / controller.air.speed  # of the wall clock
        self.phase_s = self.random.uniform(0.0, self.interval_s)
        self.waiting: deque[hci.HCI_AclDataPacket] = deque()
        self.arriving: deque[tuple[float, bytes]] = deque()
        self._event_number = 0
        self._event: asyncio.Handle | None = None
        self._arrival: asyncio.TimerHandle | None = None
        self._supervision: asyncio.TimerHandle | None = None

    def hears(self) -> bool:
        """Whether the two ends hear each other."""
        peer = self.controller.air.peer(self.connection)
        return peer is not None and not (peer[0].out_of_range or self.controller.out_of_range)

    def watch(self) -> None:
        """Begin to wait for the supervision timeout, or end that, as the ends hear each other or not."""
        if self.hears():
            if self._supervision is not None:
                self._supervision.cancel()
                self._supervision = None
            self._arm()
        elif self._supervision is None:
            self._supervision = self.controller.air.after(
                self.faults.supervision_timeout_s,
                self.controller.on_le_disconnected,
                self.connection,
                hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR,
            )

    def close(self) -> None:
        """Forget what waits or is on its way."""
        for timer in (self._event, self._arrival, self._supervision):
            if timer is not None:
                timer.cancel()
        self.waiting.clear()
        self.arriving.clear()

    def put(self, packet: hci.HCI_AclDataPacket) -> None:
        """Take a packet from the host."""
        self.waiting.append(packet)
        self._arm()

    def _arm(self) -> None:
        if self._event is not None or not self.waiting:
            return
        loop = asyncio.get_running_loop()
        if self.interval_s == 0:
            self._event = loop.call_soon(self._on_event)
        else:
            self._event_number = math.floor((loop.time() - self.phase_s) / self.interval_s) + 1
            self._event = loop.call_at(self.phase_s + self._event_number * self.interval_s, self._on_event)

    def _on_event(self) -> None:
        self._event = None
        if not self.hears():
            self.watch()
            return
        events, size = 1, len(self.waiting)
        if self.interval_s:  # a late timer takes no connection event from the link
            now_s = asyncio.get_running_loop().time()
            events += max(0, math.floor((now_s - self.phase_s) / self.interval_s) - self._event_number)
            size = self.faults.packets_per_event
        gone_count = 0
        for _ in range(events):
            for _ in range(min(size, len(self.waiting))):
                if self.faults.packet_error_frac and self.random.random() < self.faults.packet_error_frac:
                    break
                self.connection.assembler.feed_packet(self.waiting.popleft())
                gone_count += 1
        if gone_count:
            self.controller.send_hci_packet(
                hci.HCI_Number_Of_Completed_Packets_Event(
                    connection_handles=[self.connection.handle], num_completed_packets=[gone_count]
                )
            )
        self._arm()

    def deliver(self, data: bytes) -> None:
        """Let a whole PDU arrive at the other end, after the latency."""
        faults = self.faults
        if faults.lost_frac and data[2:5] == NOTIFICATION and self.random.random() < faults.lost_frac:
            return
        if not (faults.latency_s or faults.latency_jitter_s):
            self._arrive(data)
            return
        loop = asyncio.get_running_loop()
        delay_s = faults.latency_s + self.random.uniform(0.0, faults.latency_jitter_s)
        due_s = loop.time() + delay_s / self.controller.air.speed
        self.arriving.append((due_s, data))  # what is due earlier than the one before it comes after it all the same
        if self._arrival is None:
            self._arrival = loop.call_at(self.arriving[0][0], self._on_arrival)

    def _on_arrival(self) -> None:
        loop = asyncio.get_running_loop()
        self._arrival = None
        while self.arriving and self.arriving[0][0] <= loop.time():
            self._arrive(self.arriving.popleft()[1])
        if self.arriving:
            self._arrival = loop.call_at(self.arriving[0][0], self._on_arrival)

    def _arrive(self, data: bytes) -> None:
        peer = self.controller.air.peer(self.connection)
        if peer is not None:
            peer[0].send_hci_packet(hci.HCI_AclDataPacket(peer[1].handle, 2, 0, len(data), data))
