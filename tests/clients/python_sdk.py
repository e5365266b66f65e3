"""Places one call with the official Python SDK.

Usage: python_sdk.py 127.0.0.1:PORT ACTION REQUEST.json
The key pair comes from TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY. Prints the answer as JSON; a refusal by
the service goes to standard error as `CODE: MESSAGE`, and the exit status is 1.
"""

import os
import pathlib
import sys

from tencentcloud.ccc.v20200210 import ccc_client, models
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

endpoint, action, path = sys.argv[1:]
key = credential.Credential(os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"])
profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=endpoint, reqTimeout=30))
request = getattr(models, f"{action}Request")()
request.from_json_string(pathlib.Path(path).read_text(encoding="utf-8"))
try:
    answer = getattr(ccc_client.CccClient(key, "", profile), action)(request)
except TencentCloudSDKException as refusal:
    sys.exit(f"{refusal.get_code()}: {refusal.get_message()}")
print(answer.to_json_string())
