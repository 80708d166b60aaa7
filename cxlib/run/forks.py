"""Kernels that are forks of this process, which has imported everything already."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from jupyter_client.provisioning.factory import KernelProvisionerFactory


class Forked(LocalProvisioner):
    """A kernel that is a fork of this process instead of a new one."""

    child: int | None = None
    status: int | None = None

    @property
    def has_process(self) -> bool:
        """Whether the kernel has been started and not been found ended."""
        return self.child is not None

    async def poll(self) -> int | None:
        """The kernel's exit status once it has ended."""
        if self.child is not None:
            ended, status = os.waitpid(self.child, os.WNOHANG)
            if not ended:
                return None
            self.child, self.status = None, os.waitstatus_to_exitcode(status)
        return self.status

    async def wait(self) -> int | None:
        """Wait until the kernel has ended."""
        while (status := await self.poll()) is None and self.child is not None:
            await asyncio.sleep(0.02)
        return status

    async def send_signal(self, signum: int) -> None:
        """Send the kernel a signal."""
        if self.child is not None:
            with suppress(ProcessLookupError):
                os.kill(self.child, signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Fork; the fork becomes the kernel."""
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._become_kernel(cmd, options)
        self.child = self.pid = pid
        self.pgid = None
        return self.connection_info

    def _become_kernel(self, cmd: list[str], options: dict[str, Any]) -> None:
        status = 1
        try:
            asyncio.events._set_running_loop(None)
            asyncio.set_event_loop(asyncio.new_event_loop())
            os.environ.update(options.get("env") or {})
            os.chdir(options.get("cwd") or ".")
            from ipykernel.kernelapp import IPKernelApp

            IPKernelApp.clear_instance()
            watched = f"--IPKernelApp.parent_handle={os.getppid()}"  # it ends when this one does
            IPKernelApp.launch_instance(argv=[*cmd[cmd.index("-f") :], watched])
            status = 0
        finally:
            os._exit(status)


def register() -> None:
    """Have the kernels that this process starts be forks of it.

    Not for a process that has set a page already: a fork lacks the threads of Typst, and would wait
    for them without end.
    """
    factory = KernelProvisionerFactory.instance()
    group = KernelProvisionerFactory.GROUP_NAME
    factory.provisioners["forked"] = EntryPoint("forked", f"{__name__}:Forked", group)
    factory.default_provisioner_name = "forked"
