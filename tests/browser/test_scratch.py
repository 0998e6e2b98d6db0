from .test_replay_view import SETUP
def test_it(notebook):
    v = notebook([SETUP, "result = replay(x_test, infer=MomentumAttacker, with_visualization=True)"])
    msgs=[]
    v.page.on("console", lambda m: msgs.append(m.text)); v.page.on("pageerror", lambda e: msgs.append("ERR "+str(e)))
    v.run(0); v.run(1); v.plot()
    v.page.wait_for_timeout(1500)
    v.page.screenshot(path="/tmp/s0.png")
    b=v.page.locator(".nsewdrag").first.bounding_box()
    v.page.mouse.dblclick(b["x"]+b["width"]/2, b["y"]+30)
    v.page.wait_for_timeout(3000)
    v.page.screenshot(path="/tmp/s1.png")
    print(v.python("[repr(result.view().state.sight), result.view().scene_number, result.view().state.status.text]"))
    v.page.locator(".nsewdrag").first.click()
    v.page.wait_for_timeout(1500)
    v.page.screenshot(path="/tmp/s2.png")
    print(v.page.evaluate("document.querySelector('.midplot-view').dataset.scene"))
    print("\n".join(m for m in msgs if "midplot" in m or "rror" in m)[:3000])
